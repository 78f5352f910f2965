using Resilience.Http;

namespace Outside;

/// <summary>What a partition has used up. One that has run out is not forgotten, or waiting would give a new one.</summary>
public sealed class Allowance(string partition) : IEvictable
{
    private int _used;
    private int _failed;

    public string Partition => partition;

    public int Used => _used;

    public int Failed => _failed;

    public bool HasRunOut { get; private set; }

    public bool CanBeForgotten => !HasRunOut;

    public bool TryTake(int requests)
    {
        if (Interlocked.Increment(ref _used) <= requests)
            return true;

        HasRunOut = true;
        return false;
    }

    /// <summary>A state may be broken.</summary>
    void IEvictable.OnForgotten() => ObjectDisposedException.ThrowIf(partition == "broken", this);

    public void CountFailure() => Interlocked.Increment(ref _failed);
}
