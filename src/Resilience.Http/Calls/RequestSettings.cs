namespace Resilience.Http;

/// <summary>What one request asks for, and what the outer handlers tell the inner ones about its call.</summary>
internal sealed class RequestSettings
{
    private static readonly HttpRequestOptionsKey<RequestSettings> Key = new("Resilience.Http");

    // Looking into request.Options allocates them, so nobody does until something has been set somewhere.
    private static bool _used;

    public string? IdempotencyKey { get; set; }

    public string? Partition { get; set; }

    public TimeSpan? Timeout { get; set; }

    public bool RetriesDisabled { get; set; }

    /// <summary>Whether sending the request again has the effect of sending it once, though its method does not say so.</summary>
    public bool IsRepeatable { get; set; }

    public ContentFactory? ContentFactory { get; set; }

    /// <summary>Whether the body was read into memory, so that any content can be sent again.</summary>
    public bool HasBufferedBody { get; set; }

    /// <summary>The instant, as a timestamp of the client's time provider, by which the call must have ended; null if not known.</summary>
    public long? Deadline { get; set; }

    public RetryReport? Report { get; set; }

    /// <summary>What was made of a response by reading its body, so that no handler further out reads it again.</summary>
    public Outcome? Judged { get; set; }

    /// <summary>What was made of this response; null if that was another or none.</summary>
    public Outcome? JudgmentOf(HttpResponseMessage response)
        => Judged is { } judged && ReferenceEquals(judged.Response, response) ? judged : null;

    /// <summary>What a handler has to know of a request; null if nothing was asked for or told.</summary>
    public static RequestSettings? Of(HttpRequestMessage request)
        => _used ? Find(request) : null;

    /// <summary>What was ever asked for or told.</summary>
    public static RequestSettings? Find(HttpRequestMessage request)
        => request.Options.TryGetValue(Key, out var settings) ? settings : null;

    /// <summary>To ask for something; from now on the handlers look.</summary>
    public static RequestSettings For(HttpRequestMessage request)
    {
        _used = true;
        return FindOrAdd(request);
    }

    /// <summary>To tell those who look in any case.</summary>
    public static RequestSettings FindOrAdd(HttpRequestMessage request)
    {
        if (Find(request) is { } existing)
            return existing;

        var settings = new RequestSettings();
        request.Options.Set(Key, settings);
        return settings;
    }
}
