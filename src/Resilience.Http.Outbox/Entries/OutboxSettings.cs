namespace Resilience.Http;

/// <summary>What one request asks of the outbox.</summary>
internal sealed class OutboxSettings
{
    private static readonly HttpRequestOptionsKey<OutboxSettings> Key = new("Resilience.Http.Outbox");

    // A handler may send a copy of the request, as those do that send again or sign, and copies have no options: what was sent would count as never sent.
    private static readonly AsyncLocal<Call?> Current = new();

    // With the count, so that what leaves in the moment of closing is either counted or does not leave.
    private const int Closed = 1 << 30;

    // Attempts may run side by side.
    private int _sent;
    private bool _forgetsFailures;
    private string? _key;

    public string? OrderingKey { get; set; }

    public bool IsDisabled { get; set; }

    public Dictionary<string, string> Tags { get; } = [];

    /// <summary>The kept call that this request makes; null for a caller's own.</summary>
    public Delivery? Delivery { get; set; }

    /// <summary>Whether it is too late for an attempt to leave; null if it never is.</summary>
    public Func<bool>? IsTooLate { get; set; }

    /// <summary>How many attempts have left of which it is not proven that the server did not act on them.</summary>
    public int Sent => Volatile.Read(ref _sent) & ~Closed;

    /// <summary>What the attempts have come back with from the server.</summary>
    public HeardAnswers Heard { get; private set; } = new();

    /// <summary>Whether the server has failed, perhaps after the effect, and does not store failures: with the same key it would act again.</summary>
    public bool HasFailedUnstored => _forgetsFailures && Heard.HasFailed;

    public static OutboxSettings? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var settings) ? settings : null;

    /// <summary>Those of the request, or of the one that it is a copy of.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The client that sends it.</param>
    /// <param name="key">Its key, where that is known: with another it is another call to the same address.</param>
    public static OutboxSettings? Of(HttpRequestMessage request, string client, string? key = null)
    {
        if (Of(request) is { } own)
            return own;
        if (Current.Value is not { } call || call.Client != client || call.Method != request.Method || call.Address != request.RequestUri || (key ?? call.Key) != call.Key)
            return null;

        request.Options.Set(Key, call.Settings);
        return call.Settings;
    }

    public static OutboxSettings For(HttpRequestMessage request)
    {
        if (Of(request) is { } existing)
            return existing;

        var settings = new OutboxSettings();
        request.Options.Set(Key, settings);
        return settings;
    }

    /// <summary>Makes them known to whatever is sent from here on in the same flow, and is the same request.</summary>
    public void Enter(HttpRequestMessage request, OutboxClient client, string key)
    {
        // What outer handlers send again is the same call; a message with another key is another.
        if (_key != key)
            (Heard, _key) = (new(), key);
        _forgetsFailures = client.Profile.Stores is IdempotencyResults.Successes;
        Current.Value = new(client.Name, request.Method, request.RequestUri, key, this);
    }

    /// <exception cref="TimeoutException">It is too late for an attempt to leave.</exception>
    public void ThrowIfTooLate()
    {
        if (IsTooLate?.Invoke() is true)
            throw new TimeoutException("The request was not sent, because the time is over in which its idempotency key can be trusted, or its lease held.");
    }

    /// <summary>An attempt leaves.</summary>
    /// <exception cref="TimeoutException">It is too late for it.</exception>
    /// <exception cref="InvalidOperationException">The server would act again. Whoever sends it again has not seen the failure: a handler between has failed over its body, for example.</exception>
    public void Leave()
    {
        ThrowIfTooLate();
        if (HasFailedUnstored)
            throw new InvalidOperationException("The request was not sent again, because the server has failed, perhaps after the effect, and does not store failures.");
        if ((Interlocked.Increment(ref _sent) & Closed) == 0)
            return;

        WasNotProcessed();
        throw new TimeoutException("The request was not sent, because nobody waits for it any more.");
    }

    public void WasNotProcessed() => Interlocked.Decrement(ref _sent);

    /// <summary>Attempts leave, after all: the same request is sent once more.</summary>
    public void Open() => Interlocked.And(ref _sent, ~Closed);

    /// <summary>No attempt leaves any more.</summary>
    public void Close() => Interlocked.Or(ref _sent, Closed);

    private sealed record Call(string Client, HttpMethod Method, Uri? Address, string Key, OutboxSettings Settings);
}
