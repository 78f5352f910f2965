namespace Resilience.Http;

/// <summary>The quota of one client: its partitions, its store, and what is known of the other instances. Belongs to the client, so that it outlives the handlers.</summary>
internal sealed class ClientQuotas
{
    private const int ReturnsAtOnce = 16;

    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(5);

    private readonly PolicyContext<QuotaOptions> _context;
    private readonly PartitionStates<QuotaBucket> _buckets;
    private readonly QuotaStoreGuard _store;
    private readonly QuotaLimits _limits;
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly InstanceCount _instances;
    private long _lastHeartbeat = long.MinValue / 2;

    public ClientQuotas(PolicyContext<QuotaOptions> context, IQuotaStore store)
    {
        (_context, Telemetry) = (context, new(context.Client));
        _instances = new(Time);
        _buckets = context.Partitions(partition => new QuotaBucket(partition, this), options => options);
        (_store, _limits, Shared) = (new(store, this, Telemetry), new(context, Telemetry), new(this));
        context.OnChange(_ =>
        {
            foreach (var (_, bucket) in _buckets.All)
                bucket.Held.LookAgain();
        });
    }

    public QuotaTelemetry Telemetry { get; }

    /// <summary>What there is of the limits that all partitions share while the store does not answer.</summary>
    public SharedShares Shared { get; }

    public QuotaOptions Options => _context.Options;

    public TimeProvider Time => _context.Client.Time;

    public string Name => Options.Name ?? _context.Client.Name;

    /// <summary>How many instances there are, as far as is known.</summary>
    public int Instances => _instances.Known is > 0 and var known ? known : Options.ExpectedInstances;

    public bool HasAnswered => _store.Circuit.HasAnswered;

    /// <summary>Since when the store has not answered.</summary>
    public long LostAt => _store.Circuit.LostAt ?? Time.GetTimestamp();

    public IReadOnlyCollection<QuotaStatus> All => [.. _buckets.All.Select(bucket => bucket.Value.Status)];

    public long LeaseTicks => Ticks(Options.LeaseTime);

    public double TicksPerMicrosecond => Time.TimestampFrequency / 1e6;

    public QuotaBucket Of(AttemptContext attempt) => _buckets.Of(attempt);

    /// <summary>The limits of a partition as they are now; none if it has none.</summary>
    public IReadOnlyList<QuotaLimit> LimitsOf(QuotaBucket bucket, string key) => _limits.Of(bucket, key, Name);

    public long Ticks(TimeSpan duration) => (long)Math.Min(duration.TotalSeconds * Time.TimestampFrequency, long.MaxValue / 4);

    public TimeSpan Span(long ticks) => Time.GetElapsedTime(0, Math.Max(ticks, 0));

    public double Chance(double from, double to) => from + ((to - from) * _context.Client.Draw());

    /// <returns>The name of this instance, once a second, so that the store counts it; else null.</returns>
    public string? TakeHeartbeat(long now)
    {
        var last = Volatile.Read(ref _lastHeartbeat);
        return now - last >= Time.TimestampFrequency && Interlocked.CompareExchange(ref _lastHeartbeat, now, last) == last ? _instance : null;
    }

    public async ValueTask<QuotaGrant?> AskAsync(QuotaBucket bucket, QuotaRequest request)
    {
        var grant = await _store.LeaseAsync(request).ConfigureAwait(false);
        if (grant?.Instances is { } instances)
            _instances.Hear(instances);
        if (grant is not null && bucket.Pauses.Replace(grant.Pauses, Time.GetTimestamp()))
            bucket.Held.LookAgain();
        return grant;
    }

    /// <summary>Takes permits for a request, once no server that it goes to wants a pause.</summary>
    public async Task<QuotaAdmission> AdmitAsync(QuotaBucket bucket, Uri? address, long permits, Deadline deadline, CancellationToken cancellationToken)
    {
        var started = Time.GetTimestamp();
        var take = QuotaTake.Of(permits, deadline, started, this);
        while (true)
        {
            var (now, change) = (Time.GetTimestamp(), bucket.Held.Change);
            if (PauseOf(bucket, address, now) is { Ticks: > 0 } pause)
            {
                bucket.LookAtPauses(now);
                if (now + Ticks(pause) > take.Latest)
                    return new(RateLimitReason.PausedByServer, pause);
                if (!await bucket.Held.WaitAsync(pause, change, cancellationToken).ConfigureAwait(false))
                    return new(RateLimitReason.QueueFull, pause);
                continue;
            }

            var admission = await bucket.TakeAsync(take, cancellationToken).ConfigureAwait(false);
            if (!admission.IsGranted)
                return admission;
            if (PauseOf(bucket, address, Time.GetTimestamp()) == TimeSpan.Zero)
                return new(null, Time.GetElapsedTime(started));

            bucket.Correct(-permits);
        }
    }

    public bool IsPaused(QuotaBucket bucket, Uri? address, long now) => PauseOf(bucket, address, now) > TimeSpan.Zero;

    /// <summary>
    /// Has all instances pause requests to a server that asked this one for it (RFC 9110 §10.2.3, RFC 6585 §4). The target of a redirect is paused by this one: the store has
    /// room for so many servers, and whoever redirects could fill it.
    /// </summary>
    public void Observe(QuotaBucket bucket, long permits, in AttemptResult result)
    {
        if (Options.ActualCostOf is { } actualCostOf)
            bucket.Correct(QuotaCost.Actual(actualCostOf, result, permits, Telemetry) - permits);
        if (!Options.ObeyServerLimits || result.Outcome.AdvisedPause is not { Ticks: > 0 } advised)
            return;

        var pause = advised < Options.MaxServerPause ? advised : Options.MaxServerPause;
        var (authority, wasCalled) = (AuthorityPauses.AuthorityOf(result.Address), !result.WasRedirected);
        if (bucket.Pauses.Add(authority, wasCalled, pause, Time.GetTimestamp()))
            Telemetry.Paused(bucket.Partition, authority, pause);
        if (wasCalled)
            _ = ShareAsync(bucket, authority, pause);
    }

    public Task GiveAsync(string key, IReadOnlyList<QuotaLimit> limits, long permits) => _store.GiveAsync(key, limits, permits);

    /// <summary>Gives back what is not used. A few at a time: a store that is asked for thousands at once answers none of them in time.</summary>
    /// <param name="isLast">Whether what is left of later leases is given back too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReturnAsync(bool isLast, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(LongestReturn, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        var returning = Parallel.ForEachAsync(
            _buckets.All, new ParallelOptions { MaxDegreeOfParallelism = ReturnsAtOnce, CancellationToken = either.Token }, (bucket, _) => new(bucket.Value.ReturnAsync(isLast)));
        await returning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends a pause here, and for all instances once the store has been told.</summary>
    public async Task EndPauseAsync(string partition, string authority)
    {
        foreach (var (_, bucket) in _buckets.All.Where(bucket => bucket.Key == partition))
        {
            bucket.Pauses.End(authority);
            bucket.Held.LookAgain();
            await _store.PauseAsync(bucket.Key, authority, TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    private async Task ShareAsync(QuotaBucket bucket, string authority, TimeSpan pause)
    {
        if (await _store.PauseAsync(bucket.Key, authority, pause).ConfigureAwait(false))
            bucket.Pauses.Shared(authority);
    }

    private TimeSpan PauseOf(QuotaBucket bucket, Uri? address, long now) => Options.ObeyServerLimits ? bucket.Pauses.LeftFor(address, now) : TimeSpan.Zero;
}
