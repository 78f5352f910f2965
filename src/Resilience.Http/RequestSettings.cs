namespace Resilience.Http;

/// <summary>What one request asks for, and what the outer handlers tell the inner ones about its call.</summary>
internal sealed class RequestSettings
{
    private static readonly HttpRequestOptionsKey<RequestSettings> Key = new("Resilience.Http");

    // Reading request.Options allocates them. Until some request of this process has settings, nobody needs to look.
    private static bool _used;

    public string? IdempotencyKey { get; set; }

    public string? Partition { get; set; }

    public TimeSpan? Timeout { get; set; }

    public bool RetriesDisabled { get; set; }

    public Func<HttpContent>? ContentFactory { get; set; }

    /// <summary>Whether the body was read into memory, so that any content can be sent again.</summary>
    public bool HasBufferedBody { get; set; }

    /// <summary>The instant, as a timestamp of the client's time provider, by which the call must have ended; null if not known.</summary>
    public long? Deadline { get; set; }

    public RetryReport? Report { get; set; }

    /// <summary>What was made of a response by reading its body, so that no handler further out reads it again.</summary>
    public Outcome? Judged { get; set; }

    public static RequestSettings? Of(HttpRequestMessage request)
        => _used && request.Options.TryGetValue(Key, out var settings) ? settings : null;

    public static RequestSettings For(HttpRequestMessage request)
    {
        if (Of(request) is { } existing)
            return existing;

        var settings = new RequestSettings();
        request.Options.Set(Key, settings);
        _used = true;
        return settings;
    }
}
