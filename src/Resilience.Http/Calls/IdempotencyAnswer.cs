using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>A failure that the server answered a request with an idempotency key with, for the rule of an idempotency profile.</summary>
public sealed class IdempotencyAnswer
{
    /// <summary>An answer, as a rule gets it.</summary>
    /// <param name="status">The status.</param>
    /// <param name="code">The provider's code in the body; null if there is none.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="mayHaveBeenProcessed">Whether an earlier attempt with the key has, or may have, been processed.</param>
    public IdempotencyAnswer(HttpStatusCode status, string? code, HttpResponseHeaders headers, bool mayHaveBeenProcessed)
        => (Status, Code, Headers, MayHaveBeenProcessed) = (status, code, headers, mayHaveBeenProcessed);

    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The provider's code in the body, such as <c>idempotency_key_in_use</c>; null if there is none, or the body is too long.</summary>
    public string? Code { get; }

    /// <summary>The headers.</summary>
    public HttpResponseHeaders Headers { get; }

    /// <summary>Whether an earlier attempt with the key has, or may have, been processed.</summary>
    public bool MayHaveBeenProcessed { get; }

    /// <summary>Whether a status can be about a key: 400, 409 or 422.</summary>
    /// <param name="status">The status.</param>
    public static bool IsPossible(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity;

    /// <summary>Looks at a response. At most 16 KiB of its body are read, for at most a second; it can be read again afterwards.</summary>
    /// <param name="response">The response.</param>
    /// <param name="mayHaveBeenProcessed">Whether an earlier attempt with the key has, or may have, been processed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What the profile's rule needs.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<IdempotencyAnswer> ReadAsync(HttpResponseMessage response, bool mayHaveBeenProcessed, CancellationToken cancellationToken = default)
        => ReadAsync(response, mayHaveBeenProcessed, BoundsBy(TimeProvider.System), async: true, cancellationToken);

    internal static BodyBounds BoundsBy(TimeProvider time) => new(16 * 1024, TimeSpan.FromSeconds(1), time);

    internal static async ValueTask<IdempotencyAnswer> ReadAsync(HttpResponseMessage response, bool mayHaveBeenProcessed, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        var bytes = await BodyPeek.ReadAsync(response, bounds, async, cancellationToken).ConfigureAwait(false);
        var body = BodyText.Decode(ContentCoding.Undo(bytes, response.Content.Headers.ContentEncoding, bounds.Bytes), MediaType.Of(response.Content));
        return new(response.StatusCode, CodeIn(body), response.Headers, mayHaveBeenProcessed);
    }

    // {"error":{"code"|"type"}} of Stripe, {"errorCode"} of Adyen, {"errors":[{"code"}]} of Square, {"code"} and {"name"} of others.
    private static string? CodeIn(string body)
    {
        if (TolerantJson.ObjectOrNull(body) is not { } json)
            return null;

        return json.Object("error") is { } error
            ? error.Member("code")?.CodeOrNull ?? error.Text("type")
            : json.Member("errorCode")?.CodeOrNull ?? json.Member("code")?.CodeOrNull ?? json.Text("name") ?? json.Items("errors").FirstOrDefault().Member("code")?.CodeOrNull;
    }
}
