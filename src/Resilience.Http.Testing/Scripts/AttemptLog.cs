using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Resilience.Http.Testing;

/// <summary>The attempts that reached an upstream. Safe for concurrent use.</summary>
internal sealed class AttemptLog
{
    private readonly Lock _lock = new();
    private readonly List<UpstreamAttempt> _all = [];
    private readonly ConditionalWeakTable<object, UpstreamAttempt> _lastOfCall = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _awaited;

    public IReadOnlyList<UpstreamAttempt> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    /// <summary>Takes an attempt down.</summary>
    /// <param name="call">What all attempts of a call have in common.</param>
    /// <param name="make">Makes it, given the one before of the same call.</param>
    public UpstreamAttempt Add(object call, Func<UpstreamAttempt?, UpstreamAttempt> make)
    {
        lock (_lock)
        {
            var attempt = make(_lastOfCall.TryGetValue(call, out var before) ? before : null);
            _lastOfCall.AddOrUpdate(call, attempt);
            _all.Add(attempt);
            _added.SetResult();
            _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return attempt;
        }
    }

    /// <summary>Completes once for every attempt, with it.</summary>
    public async Task<UpstreamAttempt> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task added;
            lock (_lock)
            {
                if (_awaited < _all.Count)
                    return _all[_awaited++];
                added = _added.Task;
            }

            await added.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override string ToString()
    {
        var all = All;
        var text = new StringBuilder();
        foreach (var attempt in all)
        {
            if (attempt.Wait is { } wait)
                text.AppendLine(CultureInfo.InvariantCulture, $"waited {wait.TotalSeconds:0.###} s");
            text.AppendLine(attempt.ToString());
        }

        return text.ToString();
    }
}
