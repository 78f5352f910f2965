using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>Objects that are done with, for whoever needs the next: one for each thread, and a bounded number for all.</summary>
internal static class Spares<T>
    where T : class
{
    private const int MaxShared = 256;

    private static readonly ConcurrentQueue<T> Shared = new();

    [ThreadStatic]
    private static T? _own;

    public static T? Take()
    {
        if (_own is not { } own)
            return Shared.TryDequeue(out var shared) ? shared : null;

        _own = null;
        return own;
    }

    /// <returns>False if there are enough: the object is left to the garbage collector, or to be disposed.</returns>
    public static bool Keep(T spare)
    {
        if (_own is null)
            _own = spare;
        else if (Shared.Count < MaxShared)
            Shared.Enqueue(spare);
        else
            return false;

        return true;
    }
}
