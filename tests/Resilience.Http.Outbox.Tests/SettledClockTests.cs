namespace Resilience.Http.Outbox.Tests;

/// <summary>What is forgotten is forgotten for good: a clock that is ahead for a moment must not decide it.</summary>
public sealed class SettledClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    private readonly ShiftedClock _clock = new();
    private readonly OutboxSettledClock _settled;
    private TimeSpan _ahead;
    private TimeSpan _passed;

    public SettledClockTests() => _settled = new(_clock);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Goes_with_the_clock()
    {
        _settled.Begin(Start, Start);

        Read(minutes: 0).Should().BeCloseTo(Start, TimeSpan.FromSeconds(10));
        Read(minutes: 60 * 24 * 30).Should().BeCloseTo(Start + TimeSpan.FromDays(30), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Follows_a_jump_when_it_has_stood_for_an_hour()
    {
        _settled.Begin(Start, Start);
        _ahead = TimeSpan.FromDays(30);

        Read(minutes: 1).Should().BeCloseTo(Start + TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
        Read(minutes: 58).Should().BeCloseTo(Start + TimeSpan.FromMinutes(59), TimeSpan.FromSeconds(10));
        Read(minutes: 4).Should().BeCloseTo(Start + TimeSpan.FromMinutes(63) + _ahead, TimeSpan.FromSeconds(10));
        Read(minutes: 5).Should().BeCloseTo(Start + TimeSpan.FromMinutes(68) + _ahead, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Does_not_follow_one_that_is_taken_back()
    {
        _settled.Begin(Start, Start);
        _ahead = TimeSpan.FromDays(30);
        Read(minutes: 1);
        _ahead = TimeSpan.Zero;

        Read(minutes: 120).Should().BeCloseTo(Start + TimeSpan.FromMinutes(121), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Goes_back_with_the_clock()
    {
        _settled.Begin(Start, Start);
        _ahead = -TimeSpan.FromDays(30);

        Read(minutes: 1).Should().BeCloseTo(Start - TimeSpan.FromDays(30), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Is_not_ahead_where_the_program_starts_with_a_wrong_clock()
    {
        _settled.Begin(Start, Start + TimeSpan.FromDays(30));
        _ahead = TimeSpan.FromDays(30);

        Read(minutes: 1).Should().BeCloseTo(Start + TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Trusts_nothing_before_an_hour_where_nothing_is_known_from_before()
    {
        Read(minutes: 0).Should().BeBefore(Start - TimeSpan.FromDays(365));
        Read(minutes: 59).Should().BeBefore(Start - TimeSpan.FromDays(365));
        Read(minutes: 2).Should().BeCloseTo(Start + TimeSpan.FromMinutes(61), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Is_what_an_end_is_forgotten_by()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();

        host.Clock.Set(TimeSpan.FromDays(30));
        await host.DrainAfterAsync(TimeSpan.FromSeconds(10));
        var meanwhile = await host.Outbox.FindAsync(receipt, Cancelled);
        await host.DrainAfterAsync(TimeSpan.FromHours(2));

        (meanwhile is null, await host.Outbox.FindAsync(receipt, Cancelled) is null).Should().Be((false, true));
    }

    private DateTimeOffset Read(int minutes)
    {
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        _passed += TimeSpan.FromMinutes(minutes);
        return _settled.Read(Start + _passed + _ahead);
    }
}
