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
    private static Stack<Attempt>? _own;

    public static Attempt? Take()
        => _own is { Count: > 0 } own ? own.Pop() : Shared.TryDequeue(out var shared) ? shared : null;

    /// <returns>False if there are enough: the attempt is left to the garbage collector.</returns>
    public static bool Keep(Attempt attempt)
    {
        var own = _own ??= new(MaxOwn);
        if (own.Count < MaxOwn)
            own.Push(attempt);
        else if (Shared.Count < MaxShared)
            Shared.Enqueue(attempt);
        else
            return false;

        return true;
    }
}
