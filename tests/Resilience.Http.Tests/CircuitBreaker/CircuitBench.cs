namespace Resilience.Http.Tests;

/// <summary>A circuit whose breaks have no jitter, driven by whole calls.</summary>
internal sealed class CircuitBench
{
    /// <summary>Longer than any first break, with jitter and all.</summary>
    public static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(6.25);

    private readonly VirtualClock _clock = new();
    private readonly Live<CircuitBreakerOptions> _options;

    public CircuitBench(CircuitBreakerOptions? options = null, Action<CircuitTransition>? onTransition = null)
    {
        _options = new(options ?? new CircuitBreakerOptions());
        Circuit = new Circuit(PartitionKey.Named("upstream"), _options, new() { Time = _clock, Random = new FixedRandom(0) }, new CircuitOwner(Transitions.Add + onTransition));
    }

    public Circuit Circuit { get; }

    public List<CircuitTransition> Transitions { get; } = [];

    public long Now => _clock.GetTimestamp();

    public TimeSpan? RetryAfter => Circuit.RetryAfter;

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    public void Advance(TimeSpan span) => _clock.Advance(span);

    public void Reload(CircuitBreakerOptions options) => _options.Replace(options);

    public bool IsLetIn() => Circuit.TryEnter(Now, out _);

    public CircuitLease Enter()
    {
        Circuit.TryEnter(Now, out var lease).Should().BeTrue();
        return lease;
    }

    public void End(CircuitLease lease, CircuitVerdict verdict, TimeSpan? advised = null) => Circuit.Record(lease, verdict, Now, advised);

    public void Succeed(int calls = 1) => Call(calls, CircuitVerdict.Success);

    public void Fail(int calls = 1, TimeSpan? advised = null) => Call(calls, CircuitVerdict.Failure, advised);

    public void GiveUp(int calls = 1) => Call(calls, CircuitVerdict.Neutral);

    private void Call(int calls, CircuitVerdict verdict, TimeSpan? advised = null)
    {
        for (var call = 0; call < calls; call++)
            End(Enter(), verdict, advised);
    }
}
