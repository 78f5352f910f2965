namespace Resilience.Http;

/// <summary>
/// What the attempts of a call before the last came to, in few words however many they were: equal ones in a row are counted, and only the last
/// changes are kept.
/// </summary>
internal struct EarlierOutcomes
{
    private const int MaxRuns = 10;

    // Before the last; null while all were equal, as they mostly are.
    private Queue<(string Label, int Count)>? _runs;
    private (string Label, int Count) _last;
    private bool _hasForgotten;

    public readonly bool IsEmpty => _last.Count == 0;

    public void Add(string label)
    {
        if (_last.Label == label)
        {
            _last.Count++;
            return;
        }

        if (_last.Count > 0)
            Keep(_last);
        _last = (label, 1);
    }

    /// <returns>Such as <c>503 (2 times), Timeout, 429</c>.</returns>
    public override readonly string ToString() => (_hasForgotten ? "…, " : string.Empty) + string.Join(", ", (_runs ?? []).Append(_last).Select(Describe));

    private void Keep((string Label, int Count) run)
    {
        (_runs ??= new()).Enqueue(run);
        if (_runs.Count < MaxRuns)
            return;

        _runs.Dequeue();
        _hasForgotten = true;
    }

    private static string Describe((string Label, int Count) run) => run.Count > 1 ? $"{run.Label} ({run.Count} times)" : run.Label;
}
