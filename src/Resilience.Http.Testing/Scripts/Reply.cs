using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Resilience.Http.Testing;

/// <summary>How an upstream treats one request: what it sends, how fast, and what it then does to the connection. Every change gives another reply.</summary>
public sealed partial record Reply
{
    private Reply()
    {
    }

    /// <summary>Null if there is no HTTP in this reply, or nothing at all.</summary>
    internal int? StatusCode { get; private init; }

    internal ImmutableList<(string Name, string Value)> Headers { get; private init; } = [];

    internal byte[] Body { get; private init; } = [];

    internal bool IsChunked { get; private init; }

    /// <summary>False if nothing listens.</summary>
    internal bool Connects { get; private init; } = true;

    /// <summary>False if the connection goes before the request is read.</summary>
    internal bool ReadsRequest { get; private init; } = true;

    /// <summary>The time before anything is sent.</summary>
    internal TimeSpan Latency { get; private init; }

    /// <summary>Null sends everything at once; else the body goes out byte by byte, this long apart.</summary>
    internal TimeSpan? DripInterval { get; private init; }

    /// <summary>How much of the body is sent; null for all.</summary>
    internal int? BytesSent { get; private init; }

    internal ReplyEnding Ending { get; private init; }

    internal Exception? Failure { get; private init; }

    internal Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? Answer { get; private init; }

    internal bool HasBody => StatusCode is not (204 or 304);

    /// <summary>Whether the body arrives as it is, if one does.</summary>
    internal bool IsWhole => DripInterval is null && BytesSent is null;

    /// <summary>200.</summary>
    /// <param name="body">The body, in UTF-8.</param>
    /// <returns>The reply.</returns>
    public static Reply Ok(string body = "") => Status(200, body);

    /// <summary>A status, and a body.</summary>
    /// <param name="status">From 100 to 999.</param>
    /// <param name="body">The body, in UTF-8.</param>
    /// <returns>The reply.</returns>
    public static Reply Status(int status, string body = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 999);
        return new() { StatusCode = status, Body = Encoding.UTF8.GetBytes(body) };
    }

    /// <summary>Refuses the connection, as a server does that is down.</summary>
    /// <returns>The reply.</returns>
    public static Reply NoConnection() => new() { Connects = false, ReadsRequest = false, Ending = ReplyEnding.Reset };

    /// <summary>Resets the connection (RST) when a request arrives, without reading it.</summary>
    /// <returns>The reply.</returns>
    public static Reply Reset() => new() { ReadsRequest = false, Ending = ReplyEnding.Reset };

    /// <summary>Reads the request, then resets the connection (RST).</summary>
    /// <returns>The reply.</returns>
    public static Reply ResetAfterRequest() => new() { Ending = ReplyEnding.Reset };

    /// <summary>Reads the request, then closes the connection (FIN) without an answer.</summary>
    /// <returns>The reply.</returns>
    public static Reply Close() => new() { Ending = ReplyEnding.Close };

    /// <summary>Reads the request and never answers.</summary>
    /// <returns>The reply.</returns>
    public static Reply Never() => new() { Ending = ReplyEnding.Stall };

    /// <summary>Answers with something that is not HTTP, and closes the connection.</summary>
    /// <returns>The reply.</returns>
    public static Reply Garbage() => new() { Body = "It works!\r\n\r\n"u8.ToArray(), Ending = ReplyEnding.Close };

    /// <summary>Whatever the function makes of the request, as the transport would: redirects are its own. In memory only. The body of the request is not recorded: the function may read it.</summary>
    /// <param name="answer">Answers, or throws what the transport would throw.</param>
    /// <returns>The reply.</returns>
    public static Reply From(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new() { Answer = answer };
    }

    /// <summary>Fails with an exception of one's own. In memory only.</summary>
    /// <param name="failure">What the transport throws.</param>
    /// <returns>The reply.</returns>
    public static Reply Throw(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new() { Failure = failure };
    }

    /// <summary>What it comes to, in a few words.</summary>
    /// <returns>Such as <c>503</c> or <c>no connection</c>.</returns>
    public override string ToString() => this switch
    {
        { Connects: false } => "no connection",
        { Failure: { } failure } => failure.GetType().Name,
        { Answer: not null } => "own answer",
        { StatusCode: null, Body.Length: > 0 } => "garbage",
        { StatusCode: { } status, Ending: ReplyEnding.KeepAlive or ReplyEnding.Close, BytesSent: null } => status.ToString(CultureInfo.InvariantCulture),
        { StatusCode: { } status } => string.Create(CultureInfo.InvariantCulture, $"{status}, {Words(Ending)} after {BytesSent} bytes"),
        _ => Words(Ending),
    };

    private static string Words(ReplyEnding ending) => ending switch
    {
        ReplyEnding.Reset => "reset",
        ReplyEnding.Stall => "stalled",
        _ => "closed",
    };
}
