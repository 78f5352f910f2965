namespace Resilience.Http;

/// <summary>What one request asks of the outbox.</summary>
internal sealed class OutboxSettings
{
    private static readonly HttpRequestOptionsKey<OutboxSettings> Key = new("Resilience.Http.Outbox");

    public string? OrderingKey { get; set; }

    public bool IsDisabled { get; set; }

    public Dictionary<string, string> Tags { get; } = [];

    /// <summary>The kept call that this request makes; null for a caller's own.</summary>
    public Delivery? Delivery { get; set; }

    /// <summary>How often the request has reached the transport; null where nobody counts.</summary>
    public int Sent { get; set; }

    public static OutboxSettings? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var settings) ? settings : null;

    public static OutboxSettings For(HttpRequestMessage request)
    {
        if (Of(request) is { } existing)
            return existing;

        var settings = new OutboxSettings();
        request.Options.Set(Key, settings);
        return settings;
    }
}
