namespace Resilience.Http;

/// <summary>
/// State that a policy keeps per partition. Their number is bounded: idle ones are forgotten, and where there is no room the least recently used one is. Safe for
/// concurrent use; finding the state of a request takes no lock.
/// </summary>
/// <typeparam name="TState">The state of one partition.</typeparam>
public sealed class PartitionStates<TState>
    where TState : class
{
    private readonly Func<PartitionOptions> _options;
    private readonly Partitions<Entry> _partitions;

    internal PartitionStates(Func<string, TState> create, Func<PartitionOptions> options, ClientContext client)
    {
        _options = options;
        _partitions = new(key => new(key, create(key.ToString()), client), client.Time);
    }

    /// <summary>The partitions there are now, by name, in no order.</summary>
    public IReadOnlyCollection<KeyValuePair<string, TState>> All => [.. _partitions.All.Select(entry => KeyValuePair.Create(entry.Key.ToString(), entry.State))];

    /// <summary>The state of a request's partition: the one that the request names, or the options, or else its authority, as it is where the policy stands.</summary>
    /// <param name="attempt">What the policy was given with the request.</param>
    /// <returns>The state, made if there was none.</returns>
    public TState Of(AttemptContext attempt)
    {
        var options = _options();
        var known = attempt.Attempt;
        return _partitions.Get(PartitionKey.Of(known, options.PartitionBy), known.ReachedNow(), options.MaxPartitions, options.IdleEviction).State;
    }

    private sealed class Entry(PartitionKey key, TState state, ClientContext client) : IPartitionState
    {
        private readonly PartitionKey _key = key;
        private bool _hasFailed;

        public ref readonly PartitionKey Key => ref _key;

        public TState State => state;

        public long LastUsed { get; set; }

        public Retention RetentionAt(long now) => state is IEvictable evictable && !CanBeForgotten(evictable) ? Retention.WhileThereIsRoom : Retention.None;

        public void OnForgotten()
        {
            if (state is IEvictable evictable)
                client.Signals.Guard(static forgotten => forgotten.OnForgotten(), evictable);
        }

        // It is asked by calls of other partitions, and in the background, where an exception would end the process.
        private bool CanBeForgotten(IEvictable evictable)
        {
            try
            {
                return evictable.CanBeForgotten;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (!_hasFailed)
                    client.Signals.CallbackFailed(nameof(IEvictable), e);
                _hasFailed = true;
                return false;
            }
        }
    }
}
