namespace CustomPolicy;

/// <summary>What is under way in one partition. A new one would know nothing of it, so it is not forgotten before it is empty.</summary>
internal sealed class Bulkhead(string partition) : IEvictable
{
    private int _taken;

    public string Partition => partition;

    public bool CanBeForgotten => Volatile.Read(ref _taken) == 0;

    public bool TryEnter(int places)
    {
        if (Interlocked.Increment(ref _taken) <= places)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);
}
