
namespace Resilience.Http.Tests;

public sealed class PartitionsTests
{
    private readonly VirtualClock _clock = new();
    private readonly Partitions<State> _partitions;

    public PartitionsTests() => _partitions = new(key => new State(key), _clock);

    [Fact]
    public void Keeps_one_state_per_key()
    {
        var first = Get("a");

        Get("b").Should().NotBeSameAs(first);
        Get("a").Should().BeSameAs(first);
    }

    [Fact]
    public void Forgets_the_least_recently_used_where_there_is_no_room()
    {
        Get("a", maximum: 2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        var second = Get("b", maximum: 2);

        var third = Get("c", maximum: 2);

        Get("c", maximum: 2).Should().BeSameAs(third);
        Get("b", maximum: 2).Should().BeSameAs(second);
        _partitions.Count.Should().Be(2);
    }

    [Fact]
    public void Forgets_what_is_idle()
    {
        var idle = Get("idle");

        _clock.Advance(TimeSpan.FromMinutes(11));

        SpinWait.SpinUntil(() => IsSwept([idle], null), TimeSpan.FromSeconds(5)).Should().BeTrue();
        Get("idle").Should().NotBeSameAs(idle);
    }

    [Fact]
    public void Keeps_what_is_in_use()
    {
        var busy = Get("busy");

        for (var minute = 0; minute < 18; minute += 3)
        {
            SweepAfter(TimeSpan.FromMinutes(3));
            Get("busy").Should().BeSameAs(busy);
        }
    }

    [Fact]
    public void Keeps_what_has_not_been_idle_for_so_long()
    {
        var young = Get("young");
        _clock.Advance(TimeSpan.FromMinutes(6));

        SweepAfter(TimeSpan.FromMinutes(3));

        Get("young").Should().BeSameAs(young);
    }

    // When a state was last used is known to a second only.
    [Fact]
    public void Keeps_what_is_used_more_often_than_the_shortest_idle_time()
    {
        var (idle, busy) = (TimeSpan.FromSeconds(1), Get("busy"));
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Get("busy", idle: idle);

        SweepAfter(TimeSpan.FromSeconds(0.2), idle);

        Get("busy", idle: idle).Should().BeSameAs(busy);
    }

    [Fact]
    public void Keeps_what_must_not_be_forgotten()
    {
        var open = Get("open");
        open.IsWorthKeeping = true;
        var idle = Get("idle");

        _clock.Advance(TimeSpan.FromMinutes(11));

        SpinWait.SpinUntil(() => IsSwept([idle], null), TimeSpan.FromSeconds(5)).Should().BeTrue();
        Get("open").Should().BeSameAs(open);
    }

    [Fact]
    public async Task Makes_one_state_per_key_whoever_races()
    {
        var states = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => Get($"{i % 4}"))));

        states.Distinct().Should().HaveCount(4);
        _partitions.Count.Should().Be(4);
    }

    [Theory]
    [InlineData("https://a.test/x", "https://a.test/y?z", true)]
    [InlineData("https://a.test/", "http://a.test/", false)]
    [InlineData("https://a.test/", "https://a.test:8443/", false)]
    [InlineData("https://a.test/", "https://b.test/", false)]
    [InlineData("https://bücher.test/", "https://xn--bcher-kva.test/", true)]
    [InlineData("https://A.test/", "https://a.test:443/", true)]
    [InlineData("https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", true)]
    [InlineData("https://\u00AD/", "https://\u00AD/", true)]
    [InlineData("https://\u00AD/", "https://a.test/", false)]
    public void Are_the_authority_by_default(string one, string other, bool same)
        => (KeyOf(one) == KeyOf(other)).Should().Be(same);

    [Fact]
    public void Are_what_the_request_names_above_all()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://a.test/");
        request.SetPartition("tenant-7");

        PartitionKey.Of(AttemptOf(request), _ => "by selector").Should().Be(PartitionKey.Named("tenant-7"));
    }

    private static PartitionKey KeyOf(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return PartitionKey.Of(AttemptOf(request), null);
    }

    private static Attempt AttemptOf(HttpRequestMessage request) => Attempts.Begin(new(), request, CancellationToken.None);

    // A sweep goes from one to the next: when all of so many are gone, it has been nearly everywhere.
    private void SweepAfter(TimeSpan pause, TimeSpan? idle = null)
    {
        var old = Enumerable.Range(0, 40).Select(i => Get($"old {i}", int.MaxValue, idle)).ToHashSet();
        foreach (var state in old)
            state.LastUsed = long.MinValue / 2;
        _clock.Advance(pause);

        SpinWait.SpinUntil(() => IsSwept(old, idle), TimeSpan.FromSeconds(5)).Should().BeTrue();
    }

    // Somebody new asks each time, since that is when it is seen whether a sweep is due.
    private bool IsSwept(HashSet<State> old, TimeSpan? idle)
    {
        Get($"new {_partitions.Count}", int.MaxValue, idle);
        return !_partitions.All.Any(old.Contains);
    }

    private State Get(string key, int maximum = 100, TimeSpan? idle = null)
        => _partitions.Get(PartitionKey.Named(key), _clock.GetTimestamp(), maximum, idle ?? TimeSpan.FromMinutes(10));

    private sealed class State(PartitionKey key) : IPartitionState
    {
        private readonly PartitionKey _key = key;

        public ref readonly PartitionKey Key => ref _key;

        public long LastUsed { get; set; }

        public bool IsWorthKeeping { get; set; }

        public Retention RetentionAt(long now) => IsWorthKeeping ? Retention.WhileThereIsRoom : Retention.None;
    }
}
