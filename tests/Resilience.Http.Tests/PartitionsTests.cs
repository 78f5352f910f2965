using Resilience.Http.Tests.Time;

namespace Resilience.Http.Tests;

public sealed class PartitionsTests
{
    private readonly ControlledClock _clock = new();
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
    public void Shares_one_state_among_what_does_not_fit()
    {
        Get("a", maximum: 2);
        Get("b", maximum: 2);

        var third = Get("c", maximum: 2);

        Get("d", maximum: 2).Should().BeSameAs(third);
        Get("a", maximum: 2).Should().NotBeSameAs(third);
        _partitions.Count.Should().Be(2);
    }

    [Fact]
    public void Forgets_what_is_idle()
    {
        var idle = Get("idle");

        _clock.Advance(TimeSpan.FromMinutes(11));
        Get("busy");

        SpinWait.SpinUntil(() => !_partitions.All.Contains(idle), TimeSpan.FromSeconds(5)).Should().BeTrue();
        Get("idle").Should().NotBeSameAs(idle);
    }

    [Fact]
    public void Keeps_what_is_in_use()
    {
        var (busy, idle) = (Get("busy"), Get("idle"));

        SpinWait.SpinUntil(() => IsForgotten(idle, whileInUse: "busy"), TimeSpan.FromSeconds(5)).Should().BeTrue();

        Get("busy").Should().BeSameAs(busy);
    }

    [Fact]
    public void Keeps_what_must_not_be_forgotten()
    {
        var open = Get("open");
        open.IsWorthKeeping = true;
        var idle = Get("idle");

        _clock.Advance(TimeSpan.FromMinutes(11));
        Get("busy");

        SpinWait.SpinUntil(() => !_partitions.All.Contains(idle), TimeSpan.FromSeconds(5)).Should().BeTrue();
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
    public void Are_the_authority_by_default(string one, string other, bool same)
        => (KeyOf(one) == KeyOf(other)).Should().Be(same);

    [Fact]
    public void Are_what_the_request_names_above_all()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://a.test/");
        request.SetPartition("tenant-7");

        PartitionKey.Of(request, _ => "by selector").Should().Be(PartitionKey.Named("tenant-7"));
    }

    private static PartitionKey KeyOf(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return PartitionKey.Of(request, null);
    }

    private bool IsForgotten(State idle, string whileInUse)
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        Get(whileInUse);
        return !_partitions.All.Contains(idle);
    }

    private State Get(string key, int maximum = 100) => _partitions.Get(PartitionKey.Named(key), _clock.GetTimestamp(), maximum, TimeSpan.FromMinutes(10));

    private sealed class State(PartitionKey key) : IPartitionState
    {
        private readonly PartitionKey _key = key;

        public ref readonly PartitionKey Key => ref _key;

        public long LastUsed { get; set; }

        public bool IsWorthKeeping { get; set; }

        public bool CanBeForgotten(long now) => !IsWorthKeeping;
    }
}
