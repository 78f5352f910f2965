namespace Resilience.Http;

/// <summary>
/// What a policy has of one client: the client, the options in force, and state that outlives handlers and reloads. Safe for concurrent use.
/// </summary>
/// <typeparam name="TOptions">The options of the policy.</typeparam>
public sealed class PolicyContext<TOptions>
    where TOptions : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Type, object> _states = [];
    private Action<TOptions>[] _onChange = [];

    internal PolicyContext(ClientContext client, TOptions options, IServiceProvider? services)
        => (Client, Live, Services) = (client, new(options), services);

    /// <summary>Name, clock, chance, logger and meter of the client.</summary>
    public ClientContext Client { get; }

    /// <summary>The options in force. A reload replaces the object, so ask for it with every request and change nothing in it.</summary>
    public TOptions Options => Live.Value;

    /// <summary>The services of the application; null for a handler that is used without a container.</summary>
    public IServiceProvider? Services { get; }

    internal Live<TOptions> Live { get; }

    /// <summary>State of the policy for this client, made once, whichever handler asks first.</summary>
    /// <typeparam name="TState">A type of its own for every state.</typeparam>
    /// <param name="create">Makes the state; called under a lock.</param>
    /// <returns>The same object for every handler of the client.</returns>
    public TState State<TState>(Func<TState> create)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(create);
        lock (_lock)
        {
            if (_states.TryGetValue(typeof(TState), out var state))
                return (TState)state;

            var fresh = create();
            _states.Add(typeof(TState), fresh);
            return fresh;
        }
    }

    /// <summary>State of the policy for every partition of this client, made when a partition is first used and forgotten when it is idle.</summary>
    /// <typeparam name="TState">A type of its own for every state; implement <see cref="IEvictable"/> where some states must not be forgotten.</typeparam>
    /// <param name="create">Makes the state of the partition of this name; called under a lock.</param>
    /// <param name="partitioning">What of the options says how requests are partitioned.</param>
    /// <returns>The same object for every handler of the client.</returns>
    public PartitionStates<TState> Partitions<TState>(Func<string, TState> create, Func<TOptions, PartitionOptions> partitioning)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(partitioning);
        return State(() => new PartitionStates<TState>(create, () => partitioning(Options), Client));
    }

    /// <summary>
    /// Has a callback called when other options are in force, for state that somebody waits for: who has begun to wait by the options of before looks at nothing else. What it
    /// throws goes to the log.
    /// </summary>
    /// <param name="callback">Called with the new options by whatever reloads them, as long as the client lives.</param>
    public void OnChange(Action<TOptions> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_lock)
            _onChange = [.. _onChange, callback];
    }

    internal TState? FindState<TState>()
        where TState : class
    {
        lock (_lock)
            return (TState?)_states.GetValueOrDefault(typeof(TState));
    }

    internal void Replace(TOptions options)
    {
        Live.Replace(options);
        // Before anybody is looked for who waits: whoever is not seen sees the options.
        Interlocked.MemoryBarrier();
        foreach (var callback in _onChange)
            Client.Signals.Guard(callback, options);
    }
}
