using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resilience.Http;

/// <summary>
/// What the handlers of one client share: its name, clock, chance, logger and meter. A client of <see cref="IHttpClientFactory"/> gets its
/// own from the container; handlers that are used without one may be given one. Safe for concurrent use.
/// </summary>
public sealed class ClientContext
{
    private static readonly Chance Spare = new();

    private readonly Lock _lock = new();
    private Advisor? _advisor;
    private ClientSignals? _signals;
    private ILogger? _logger;

    /// <summary>The name the client was registered under; it appears in messages, logs and metrics. The default is empty.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The clock that every wait, window and timeout runs on. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Where jitter comes from; a seeded one makes it repeatable. The policies use it under a lock, so it need not be safe for concurrent use. What it throws goes to the
    /// log, and another takes its place.
    /// The default is random.
    /// </summary>
    public Random Random { get; init; } = new Chance();

    /// <summary>Makes the logger, whose category is <c>Resilience.Http</c>. The default logs nothing.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Makes the meter, named <c>Resilience.Http</c>. The default is null: one meter for the whole process.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>The logger of the policies. What its providers throw is ignored.</summary>
    public ILogger Logger => _logger ??= GuardedLogger.Of(LoggerFactory);

    /// <summary>The meter of the policies.</summary>
    public Meter Meter => Signals.Meter;

    internal IReadOnlyList<IAdviceReader> AdviceReaders { get; init; } = [];

    /// <summary>Where changes are published; null for a client outside a container.</summary>
    internal ClientEvents? Events { get; init; }

    /// <summary>Whether it is that of a client of a container, which all its handlers share.</summary>
    internal bool IsRegistered => Events is not null;

    internal ClientSignals Signals => _signals ?? Make(ref _signals, () => new(this));

    internal Advisor Advisor => _advisor ?? Make(ref _advisor, () => new(this));

    /// <summary>What was set up for the <see cref="HttpClient"/>s of this name.</summary>
    internal HttpClientSettings HttpClient { get; init; } = new();

    /// <summary>Draws a number from 0, included, to 1, excluded. One delegate for all retries.</summary>
    internal Func<double> NextDouble => field ??= Draw;

    /// <summary>Hands an event of a policy to everybody who observes <see cref="ResilienceRegistry.Changes"/>. What observers throw is logged and ignored.</summary>
    /// <param name="happened">The event.</param>
    public void Publish(ClientEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Events?.Publish(happened, Signals);
    }

    /// <summary>Counts one. What those who listen to the meter throw goes to the log, so that it does not become the failure of the call that is counted.</summary>
    /// <param name="counter">Made by <see cref="Meter"/>.</param>
    /// <param name="tags">What it is told by.</param>
    public void Count(Counter<long> counter, in TagList tags)
    {
        ArgumentNullException.ThrowIfNull(counter);
        Signals.Count(counter, tags);
    }

    /// <summary>Records a time, in seconds. What those who listen to the meter throw goes to the log, so that it does not become the failure of the call that is measured.</summary>
    /// <param name="histogram">Made by <see cref="Meter"/>.</param>
    /// <param name="time">The time.</param>
    /// <param name="tags">What it is told by.</param>
    public void Record(Histogram<double> histogram, TimeSpan time, in TagList tags)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        Signals.Record(histogram, time, tags);
    }

    /// <summary>Draws a number from <see cref="Random"/>, one at a time, whichever clients share it.</summary>
    /// <returns>From 0, included, to 1, excluded.</returns>
    public double Draw()
    {
        if (Random is Chance)
            return Random.NextDouble();

        try
        {
            // Its own: a container has one for all clients, and one that two threads use at once gives zeros for ever.
            lock (Random)
                return Random.NextDouble();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One that was scripted and has run out, for example: no reason to lose what it was asked for.
            Signals.CallbackFailed(nameof(Random), e);
            return Spare.NextDouble();
        }
    }

    private T Make<T>(ref T? made, Func<T> make)
        where T : class
    {
        lock (_lock)
            return made ??= make();
    }
}
