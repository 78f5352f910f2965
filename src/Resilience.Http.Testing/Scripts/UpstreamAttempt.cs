using System.Globalization;
using System.Text;

namespace Resilience.Http.Testing;

/// <summary>A request as it reached an upstream, and what became of it.</summary>
public sealed class UpstreamAttempt
{
    private volatile string? _answer;

    internal UpstreamAttempt(string method, Uri url, ILookup<string, string> headers, byte[] body, DateTimeOffset sentAt)
        => (Method, Url, Headers, Body, SentAt) = (method, url, headers, body, sentAt);

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>The address. Of a request that came through a socket: as its request line and its <c>Host</c> say.</summary>
    public Uri Url { get; }

    /// <summary>The path and the query.</summary>
    public string Path => Url.PathAndQuery;

    /// <summary>The headers, those of the body included, whatever the case of their names.</summary>
    public ILookup<string, string> Headers { get; }

    /// <summary>The body, without chunk framing.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The number among the attempts of its call, 1 for the first. Through a socket calls cannot be told apart, so all are counted.</summary>
    public int Number { get; internal init; } = 1;

    /// <summary>Whether it follows a redirect, and belongs to the attempt before it.</summary>
    public bool IsRedirected { get; internal init; }

    /// <summary>When it arrived, by the upstream's clock.</summary>
    public DateTimeOffset SentAt { get; }

    /// <summary>When it was answered or failed; null if it is still under way.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>The time between the end of the attempt before it and its arrival; null for the first attempt of a call.</summary>
    public TimeSpan? Wait { get; internal init; }

    /// <summary>What it came to: a status, or what happened to the connection.</summary>
    public string Answer => _answer ?? "under way";

    /// <summary>Whether the client has disposed the response. In memory only.</summary>
    public bool IsResponseDisposed { get; internal set; }

    /// <summary>The request of the client; null if it came through a socket.</summary>
    internal HttpRequestMessage? Request { get; init; }

    /// <summary>The values of all lines of that name, whatever its case, joined by commas.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The value; null without such a line.</returns>
    public string? Header(string name) => Headers.Contains(name) ? string.Join(", ", Headers[name]) : null;

    /// <summary>One line, without the credentials of the address.</summary>
    /// <returns>Such as <c>GET https://api.example.com/orders → 503</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Method} {Url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)} → {Answer}");

    internal void End(string answer, DateTimeOffset now) => (EndedAt, _answer) = (now, answer);
}
