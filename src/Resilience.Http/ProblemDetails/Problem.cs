using System.Collections.ObjectModel;
using System.Net;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Why a call failed, in the form of RFC 9457: what the server said as far as it said anything, and always the HTTP status.
/// Immutable, so safe to share between threads.
/// </summary>
public sealed class Problem
{
    /// <summary>
    /// The URI that identifies the kind of problem, made absolute with the address of the response; as it came if it is no URI.
    /// The default is <c>about:blank</c>: nothing is known beyond the status (RFC 9457 §3.1.1).
    /// </summary>
    public string Type { get; init; } = ProblemType.Blank;

    /// <summary><see cref="Type"/> as an absolute URI; null if it is none. It is an identifier: nothing need be found there.</summary>
    public Uri? TypeUri => ProblemType.ToUri(Type);

    /// <summary>
    /// Whether <see cref="Type"/> says no more than the status does: <c>about:blank</c>, or the section of an RFC that defines the status.
    /// </summary>
    public bool IsGeneric => ProblemType.IsGeneric(Type);

    /// <summary>A summary of the kind of problem; of a generic problem that has none, the name of the status. Advisory.</summary>
    public string? Title { get; init; }

    /// <summary>What went wrong this time, for people to read; do not parse it.</summary>
    public string? Detail { get; init; }

    /// <summary>A URI reference that identifies this occurrence, as it came.</summary>
    public string? Instance { get; init; }

    /// <summary>
    /// The status that the body claims, from 100 to 999. Advisory: where it differs from <see cref="Status"/>, an intermediary changed one.
    /// </summary>
    public int? ProblemStatus { get; init; }

    /// <summary>The status of the response; null if there was no response.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>
    /// The status of a response that passes the problem on: <see cref="Status"/> if it is 400 or more, else the one that a gateway answers with
    /// when a call came to this <see cref="Kind"/> (RFC 9110 §15), such as 503 for an open circuit.
    /// </summary>
    public HttpStatusCode ResponseStatus => Status is { } status && (int)status >= 400 ? status : GatewayStatus.Of(Kind);

    /// <summary>What the call came to, by the provider's code where the status says too little: a throttled call that is answered 400.</summary>
    public OutcomeKind Kind { get; init; }

    /// <summary>
    /// What the client was advised to wait before another try, counted from the response: by the fields of any server and the bodies of
    /// the providers it knows, just as its retries go by them (<see cref="ServerAdvice.Delay"/>); else by a body in the form of an error
    /// of Google or Discord. Without a response, the wait until the client lets a call pass. Null if nobody said.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The provider's own name or number for the error, fit for a <c>switch</c>: the extension <c>code</c>, whatever the provider calls it.
    /// Null if there is none, or it is neither text nor number.
    /// </summary>
    public string? Code => Extensions.TryGetValue("code", out var code) ? code.CodeOrNull : null;

    /// <summary>
    /// The other members by name; names are case-sensitive. What came in the form of a provider has names in snake_case here, and its
    /// errors, if there are several, in the form of RFC 9457 §3 as <c>errors</c>. Empty if there were none.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> Extensions
    {
        get;
        init => field = new ReadOnlyDictionary<string, JsonElement>(new Dictionary<string, JsonElement>(value, StringComparer.Ordinal));
    } = ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>Whether it came as <c>application/problem+json</c>, so that a response which carries it can stay as it is.</summary>
    internal bool IsStandard { get; init; }

    /// <summary>
    /// The status, the title and a type that is not generic, each shortened and on one line. Fit for logs: neither detail nor instance,
    /// which are about one user's one request.
    /// </summary>
    /// <returns>For example <c>403 Forbidden: Out of credit (https://api.example.com/problems/out-of-credit)</c>.</returns>
    public override string ToString()
    {
        var phrase = Status is { } known ? ReasonPhrases.Of(known) : null;
        var outcome = Status is { } status ? $"{(int)status} {phrase}" : $"{Kind}";
        var title = Title is null || Title == phrase ? "" : $": {LogText.OneLine(Title)}";

        return $"{outcome}{title}{(IsGeneric ? "" : $" ({LogText.OneLine(ProblemType.Printed(Type))})")}";
    }
}
