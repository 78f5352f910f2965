using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class LinkedTimerTests : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly LinkedTimer _timer;

    public LinkedTimerTests() => _timer = new(_clock);

    public void Dispose() => _timer.Dispose();

    [Fact]
    public void Expires_when_its_time_is_up()
    {
        var token = Start(seconds: 10);

        Advance(9.999);
        var before = (token.IsCancellationRequested, _timer.HasExpired);
        Advance(0.001);

        before.Should().Be((false, false));
        (token.IsCancellationRequested, _timer.HasExpired).Should().Be((true, true));
    }

    [Fact]
    public void Is_not_set_anew_while_what_it_is_set_to_is_early_enough()
    {
        for (var use = 0; use < 3; use++)
        {
            Start(seconds: 10);
            Advance(1);
            _timer.TryStop();
        }

        _clock.Timers.Should().Equal(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Started_again_it_has_its_whole_time_though_it_rings_for_the_use_before()
    {
        Start(seconds: 10);
        Advance(6);
        _timer.TryStop();
        var token = Start(seconds: 10);

        Advance(9);
        var before = token.IsCancellationRequested;
        Advance(1);

        (before, token.IsCancellationRequested).Should().Be((false, true));
        _clock.Timers.Should().Equal(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void Started_again_with_less_time_it_rings_earlier()
    {
        Start(seconds: 10);
        _timer.TryStop();
        var token = Start(seconds: 2);

        Advance(2);

        token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void Cannot_be_started_again_once_it_has_expired()
    {
        Start(seconds: 1);
        Advance(1);

        _timer.TryStop().Should().BeFalse();
    }

    [Fact]
    public void Is_cancelled_by_the_caller_without_having_expired()
    {
        using var caller = new CancellationTokenSource();
        var token = _timer.Start(TimeSpan.FromSeconds(1), _clock.GetTimestamp(), latest: long.MaxValue, caller.Token);

        caller.Cancel();

        (token.IsCancellationRequested, _timer.HasExpired, _timer.TryStop()).Should().Be((true, false, false));
    }

    [Fact]
    public void Is_the_callers_if_the_caller_leaves_when_its_time_is_up()
    {
        using var caller = new CancellationTokenSource();
        _timer.Start(TimeSpan.FromSeconds(1), _clock.GetTimestamp(), latest: long.MaxValue, caller.Token);

        Advance(1);
        caller.Cancel();

        _timer.HasExpired.Should().BeFalse();
        _timer.WithCallersToken(new OperationCanceledException()).Should().BeOfType<OperationCanceledException>().Which.CancellationToken.Should().Be(caller.Token);
    }

    [Fact]
    public void Goes_on_for_who_uses_the_token_of_an_abandoned_one()
    {
        using var caller = new CancellationTokenSource();
        var token = _timer.Start(TimeSpan.FromSeconds(1), _clock.GetTimestamp(), latest: long.MaxValue, caller.Token);

        _timer.Abandon();
        Advance(1);
        caller.Cancel();

        token.IsCancellationRequested.Should().BeFalse();
        token.Invoking(left => left.Register(static () => { })).Should().NotThrow();
    }

    [Fact]
    public void A_stopped_one_hears_of_neither_the_time_nor_the_caller()
    {
        using var caller = new CancellationTokenSource();
        var token = _timer.Start(TimeSpan.FromSeconds(1), _clock.GetTimestamp(), latest: long.MaxValue, caller.Token);
        var stopped = _timer.TryStop();

        Advance(1);
        caller.Cancel();

        (stopped, token.IsCancellationRequested).Should().Be((true, false));
    }

    [Fact]
    public void Counts_from_the_instant_it_is_given()
    {
        var token = _timer.Start(TimeSpan.FromSeconds(5), _clock.GetTimestamp() - TimeSpan.FromSeconds(4).Ticks, latest: long.MaxValue, CancellationToken.None);

        Advance(1);

        token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void Expires_when_its_time_is_up_though_timestamps_are_negative()
    {
        using var timer = new LinkedTimer(new ClockBeforeZero(_clock));
        var token = timer.Start(TimeSpan.FromSeconds(10), _clock.GetTimestamp() - ClockBeforeZero.Behind, latest: long.MaxValue, CancellationToken.None);

        Advance(9.999);
        var before = token.IsCancellationRequested;
        Advance(0.001);

        (before, timer.HasExpired).Should().Be((false, true));
    }

    [Fact]
    public void Expires_exactly_when_its_time_is_up_however_often_it_was_used_before()
        => Prop.ForAll(ArbMap.Default.ArbFor<(byte Due, byte Passing)[]>(), HoldsInTurn)
            .QuickCheckThrowOnFailure();

    private static bool HoldsInTurn((byte Due, byte Passing)[] uses)
    {
        var clock = new VirtualClock();
        var timer = new Timed(clock);
        return uses.All(use => Holds(timer, use.Due + 1, use.Passing));
    }

    private static bool Holds(Timed timed, int due, int passing)
    {
        var token = timed.Timer.Start(TimeSpan.FromSeconds(due), timed.Clock.GetTimestamp(), latest: long.MaxValue, TestContext.Current.CancellationToken);
        timed.Clock.Advance(TimeSpan.FromSeconds(passing));
        var isExpired = token.IsCancellationRequested;
        if (!timed.Timer.TryStop())
            timed.Timer = new(timed.Clock);
        return isExpired == passing >= due;
    }

    private CancellationToken Start(double seconds) => _timer.Start(TimeSpan.FromSeconds(seconds), _clock.GetTimestamp(), latest: long.MaxValue, CancellationToken.None);

    private void Advance(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private sealed class ClockBeforeZero(VirtualClock clock) : TimeProvider
    {
        public static readonly long Behind = 2 * TestHost.Start.UtcTicks;

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp() - Behind;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => clock.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class Timed(VirtualClock clock)
    {
        public VirtualClock Clock => clock;

        public LinkedTimer Timer { get; set; } = new(clock);
    }
}
