using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Instances of a program that share a quota, in simulated time: requests come at random, and those without a permit are rejected.</summary>
internal sealed class Fleet
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(1);

    private readonly VirtualClock _clock = new();
    private readonly Random _random;
    private readonly QuotaBucket[] _buckets;

    /// <param name="instances">How many.</param>
    /// <param name="seed">For chance.</param>
    /// <param name="configure">Changes the options: 1,000 a second, nobody waits.</param>
    /// <param name="off">How far the clock of the last instance is off.</param>
    public Fleet(int instances, int seed = 1, Action<QuotaOptions>? configure = null, TimeSpan off = default)
    {
        _random = new(seed);
        var store = new InMemoryQuotaStore(_clock);
        Stores = [.. Enumerable.Range(0, instances).Select(_ => new RemoteStore(store, _clock, RoundTrip))];
        _buckets = [.. Enumerable.Range(0, instances).Select(instance => NewBucket(instance, seed, configure, instance == instances - 1 ? off : TimeSpan.Zero))];
        Admitted = [.. _buckets.Select(_ => new List<double>())];
        Offered = new int[instances];
    }

    /// <summary>The store as each instance reaches it.</summary>
    public RemoteStore[] Stores { get; }

    public int RoundTrips => Stores.Sum(store => store.RoundTrips);

    /// <summary>What becomes of all calls of the store; null for nothing special.</summary>
    public Func<Task>? Fault
    {
        set => Array.ForEach(Stores, store => store.Fault = value);
    }

    /// <summary>When each instance had a request admitted, in seconds.</summary>
    public List<double>[] Admitted { get; }

    /// <summary>How many requests each instance has had.</summary>
    public int[] Offered { get; private set; }

    public double Seconds { get; private set; }

    public IReadOnlyList<QuotaBucket> Buckets => _buckets;

    /// <summary>What a call of the store is like that takes two seconds.</summary>
    public Task SlowAsync() => Task.Delay(TimeSpan.FromSeconds(2), _clock);

    public void Advance(TimeSpan time) => _clock.Advance(time);

    /// <summary>Lets requests come.</summary>
    /// <param name="seconds">For how long.</param>
    /// <param name="rates">How many a second at each instance.</param>
    public async Task RunAsync(double seconds, params double[] rates)
    {
        List<(int Instance, double At, Task<QuotaAdmission> Admission)> pending = [];
        var (total, end) = (rates.Sum(), Seconds + seconds);
        for (var next = Next(Seconds, total); next < end; next = Next(next, total))
        {
            Advance(TimeSpan.FromSeconds(next - Seconds));
            Seconds = next;
            var instance = Pick(rates, total);
            Offered[instance]++;
            var now = _buckets[instance].Now;
            if (_buckets[instance].TryTake(now, 1))
                Admitted[instance].Add(next);
            else
                pending.Add((instance, next, _buckets[instance].TakeAsync(new(1, now, now + _clock.TimestampFrequency, RateLimitReason.QueueTimeTooLong), CancellationToken.None)));
        }

        Advance(TimeSpan.FromSeconds(end - Seconds) + (2 * RoundTrip));
        Seconds = end;
        foreach (var (instance, at, admission) in pending)
        {
            if ((await admission.WaitAsync(TimeSpan.FromSeconds(5))).IsGranted)
                Admitted[instance].Add(at);
        }
    }

    /// <summary>How many were admitted in every second, beginning at each tenth of one.</summary>
    public int[] Windows(double from = 0)
    {
        double[] all = [.. Admitted.SelectMany(times => times).Where(time => time >= from).Order()];
        return [.. Enumerable.Range(0, (int)((Seconds - from - 1) * 10) + 1).Select(tenth => from + (tenth / 10.0)).Select(start => Before(all, start + 1) - Before(all, start))];
    }

    /// <summary>What each instance was admitted as a part of its fair share: of what a limit leaves when those who want less than the others get all they want.</summary>
    public double[] Fairness(double limit, double from, params double[] rates)
    {
        var share = FairShare(limit, [.. rates.Order()]);
        return [.. rates.Select((rate, instance) => Admitted[instance].Count(time => time >= from) / (Seconds - from) / Math.Min(rate, share))];
    }

    private static int Before(double[] times, double end) => Array.BinarySearch(times, end) is var index && index >= 0 ? index : ~index;

    internal static double FairShare(double left, double[] rates)
    {
        for (var i = 0; i < rates.Length; i++)
        {
            var even = left / (rates.Length - i);
            if (rates[i] >= even)
                return even;
            left -= rates[i];
        }

        return double.PositiveInfinity;
    }

    private QuotaBucket NewBucket(int instance, int seed, Action<QuotaOptions>? configure, TimeSpan off)
    {
        var options = new QuotaOptions { PermitsPerSecond = 1000, QueueLimit = 0, MaxQueueTime = TimeSpan.Zero };
        configure?.Invoke(options);
        var client = new ClientContext { Name = "fleet", Time = off == TimeSpan.Zero ? _clock : new WrongClock(_clock, off), Random = new Random((seed * 1000) + instance) };
        return new("*", new(QuotaPolicy.Instance.CreateContext(options, client), Stores[instance]));
    }

    private double Next(double from, double rate) => from - (Math.Log(1 - _random.NextDouble()) / rate);

    private int Pick(double[] rates, double total)
    {
        var point = _random.NextDouble() * total;
        var instance = 0;
        while (instance < rates.Length - 1 && (point -= rates[instance]) >= 0)
            instance++;
        return instance;
    }
}
