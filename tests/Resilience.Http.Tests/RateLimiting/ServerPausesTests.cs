namespace Resilience.Http.Tests;

public sealed class ServerPausesTests
{
    private readonly VirtualClock _clock = new();
    private readonly Pacing _pacing;
    private readonly ServerPauses _pauses;

    public ServerPausesTests()
    {
        _pacing = new(new(new() { PermitsPerSecond = 10, Burst = 1, MaxServerPause = TimeSpan.FromDays(1) }), _clock);
        _pauses = new(_pacing);
    }

    private long Now => _clock.GetTimestamp();

    [Fact]
    public void Are_forgotten_when_they_are_over()
    {
        Pause("a", seconds: 1);
        _pauses.Find(Key("a"), Now).Should().NotBeNull();

        _clock.Advance(TimeSpan.FromSeconds(2));

        (_pauses.Find(Key("a"), Now), _pauses.IsEmpty).Should().Be((null, true));
    }

    [Fact]
    public void Of_more_than_1000_that_last_the_one_that_ends_first_gives_way()
    {
        for (var authority = 0; authority <= 1000; authority++)
            Pause($"{authority}", seconds: 100 + authority);

        _pauses.Gates.Should().HaveCount(1000);
        (_pauses.Find(Key("0"), Now) is null, _pauses.Find(Key("999"), Now) is null, _pauses.Find(Key("1000"), Now) is null).Should().Be((true, false, false));
    }

    [Fact]
    public void Those_that_redirects_have_led_to_take_no_place_of_one_that_was_called()
    {
        for (var authority = 0; authority < 2000; authority++)
            Pause($"invented{authority}", seconds: 100, wasCalled: authority == 0);
        for (var authority = 0; authority < 998; authority++)
            Pause($"called{authority}", seconds: 1);

        _pauses.Gates.Count(gate => gate.WasCalled).Should().Be(999);
        Pause("invented1", seconds: 100);
        Pause("invented", seconds: 100, wasCalled: false);

        _pauses.Gates.Should().HaveCount(1000).And.OnlyContain(gate => gate.WasCalled);
    }

    // Whoever redirects chooses how often this is done.
    [Fact]
    public void To_make_room_costs_the_same_however_many_there_are()
    {
        for (var authority = 0; authority < 1000; authority++)
            Pause($"{authority}", seconds: 100, wasCalled: false);
        Pause("1000", seconds: 100, wasCalled: false);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var authority = 1001; authority < 1101; authority++)
            Pause($"{authority}", seconds: 100, wasCalled: false);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(100 * 4096);
        _pauses.Gates.Should().HaveCount(1000);
        (_pauses.Find(Key("100"), Now) is null, _pauses.Find(Key("101"), Now) is null).Should().Be((true, false));
    }

    [Fact]
    public void Of_more_than_1000_those_that_are_over_give_way()
    {
        for (var authority = 0; authority < 1000; authority++)
            Pause($"{authority}", seconds: 1);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Pause("another", seconds: 1);

        _pauses.Gates.Should().ContainSingle();
    }

    [Fact]
    public void Keep_their_bucket_as_long_as_the_longest_of_them_lasts()
    {
        var bucket = new TokenBucket(default, _pacing);
        bucket.ChangeGate(Key("short"), gate => gate.Pause(Now + TimeSpan.TicksPerSecond));
        bucket.ChangeGate(Key("long"), gate => gate.Pause(Now + TimeSpan.TicksPerHour));

        _clock.Advance(TimeSpan.FromMinutes(1));

        bucket.RetentionAt(Now).Should().Be(Retention.WhileThereIsRoom);
        bucket.RetentionAt(Now + TimeSpan.TicksPerHour).Should().Be(Retention.None);
    }

    [Fact]
    public void Count_those_who_wait_for_them()
    {
        var bucket = new TokenBucket(default, _pacing);
        bucket.ChangeGate(Key("a"), gate => gate.Pause(Now + TimeSpan.TicksPerSecond));

        _ = bucket.ChangeGate(Key("a"), gate => gate.TakeAsync(Now, new(1), long.MaxValue, TestContext.Current.CancellationToken).IsCompleted);

        bucket.Status.Waiting.Should().Be(1);
    }

    [Theory]
    [InlineData(1, Retention.WhileThereIsRoom)]
    [InlineData(100_000, Retention.None)]
    internal void A_slowdown_is_remembered_until_its_end_if_there_is_one(int remaining, Retention expected)
    {
        var gate = new ServerGate(Key("a"), _pacing, full: 0);

        gate.Spread(remaining, until: Now + TimeSpan.TicksPerMinute, longestInterval: TimeSpan.TicksPerHour);

        (gate.RetentionAt(Now), gate.RetentionAt(Now + TimeSpan.TicksPerMinute)).Should().Be((expected, Retention.None));
    }

    [Fact]
    public void A_caller_who_would_wait_waits_behind_those_who_do()
    {
        var test = new BucketUnderTest(rate: 10, burst: 3);
        test.Take(2);
        _ = test.WaitAsync(permits: 3);

        (test.Bucket.WaitFor(test.Now, new(1)), test.Bucket.LevelOfAll).Should().Be((TimeSpan.FromSeconds(0.3), 0));
    }

    private static PartitionKey Key(string name) => PartitionKey.Named(name);

    private void Pause(string authority, int seconds, bool wasCalled = true)
        => _pauses.Change(Key(authority), wasCalled, full: 0, gate => gate.Pause(Now + (seconds * TimeSpan.TicksPerSecond)));
}
