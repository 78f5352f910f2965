using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>
/// Attempts that are done with, for the calls to come: some for each thread, so that threads seldom meet here, and a bounded number for
/// all, since calls often end on other threads than they began on.
/// </summary>
internal static class AttemptPool
{
    private const int MaxOwn = 16;
    private const int MaxShared = 256;

    private static readonly ConcurrentQueue<Attempt> Shared = new();

    [ThreadStatic]
    private static Own? _own;

    public static Attempt? Take() => _own?.Take() ?? (Shared.TryDequeue(out var shared) ? shared : null);

    /// <returns>False if there are enough: the attempt is left to the garbage collector.</returns>
    public static bool Keep(Attempt attempt)
    {
        var own = _own ??= new();
        if (own.Keep(attempt))
            return true;
        if (Shared.Count >= MaxShared)
            return false;

        Shared.Enqueue(attempt);
        return true;
    }

    private sealed class Own
    {
        private readonly Attempt?[] _attempts = new Attempt?[MaxOwn];
        private int _count;

        public Attempt? Take()
        {
            if (_count == 0)
                return null;

            ref var last = ref _attempts[--_count];
            var attempt = last;
            last = null;
            return attempt;
        }

        public bool Keep(Attempt attempt)
        {
            if (_count == MaxOwn)
                return false;

            _attempts[_count++] = attempt;
            return true;
        }
    }
}
