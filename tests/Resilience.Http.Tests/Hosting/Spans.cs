using System.Collections.Concurrent;
using System.Diagnostics;

namespace Resilience.Http.Tests;

/// <summary>The spans under one root, in the order of their ends. Samples nothing else, so that tests beside it notice nothing.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _all = new();

    /// <param name="sources">The activity sources to listen to.</param>
    public Spans(params string[] sources)
    {
        Root.Start();
        _listener = new()
        {
            ShouldListenTo = source => sources.Contains(source.Name),
            Sample = (ref options) => options.Parent.TraceId == Root.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = _all.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>What the application was doing; of no source.</summary>
    public Activity Root { get; } = new("application");

    public IReadOnlyCollection<Activity> All => _all;

    public void Dispose()
    {
        _listener.Dispose();
        Root.Dispose();
    }
}
