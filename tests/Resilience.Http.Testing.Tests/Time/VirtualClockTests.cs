using Microsoft.Extensions.Time.Testing;

namespace Resilience.Http.Testing.Tests;

public sealed class VirtualClockTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly VirtualClock _clock = new();

    [Fact]
    public void Measures_by_timestamp_what_it_shows()
    {
        var start = _clock.GetTimestamp();

        _clock.Advance(TimeSpan.FromMilliseconds(1500));

        _clock.GetElapsedTime(start).Should().Be(TimeSpan.FromMilliseconds(1500));
        _clock.GetUtcNow().Should().Be(new DateTimeOffset(2026, 11, 21, 12, 0, 1, 500, TimeSpan.Zero));
    }

    [Fact]
    public void Fires_due_timers_in_order_while_it_shows_their_due_time()
    {
        var fired = new List<(string Name, double At)>();
        using var late = Timer("late", TimeSpan.FromSeconds(3), fired);
        using var early = Timer("early", TimeSpan.FromSeconds(1), fired);
        using var tooLate = Timer("too late", TimeSpan.FromSeconds(6), fired);

        _clock.Advance(TimeSpan.FromSeconds(5));

        fired.Should().Equal(("early", 1), ("late", 3));
        _clock.GetUtcNow().Should().Be(_clock.Start.AddSeconds(5));
    }

    [Fact]
    public void Fires_a_timer_that_a_timer_has_armed()
    {
        var fired = new List<(string Name, double At)>();
        ITimer? second = null;
        using var first = _clock.CreateTimer(_ => second = Timer("second", TimeSpan.FromSeconds(1), fired), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));

        fired.Should().Equal(("second", 2));
        second!.Dispose();
    }

    [Fact]
    public void Repeats_a_periodic_timer_until_it_is_disposed()
    {
        var ticks = 0;
        var timer = _clock.CreateTimer(_ => ticks++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(6));
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(6));

        ticks.Should().Be(3);
        timer.Change(TimeSpan.Zero, TimeSpan.Zero).Should().BeFalse();
    }

    [Fact]
    public void Forgets_a_timer_that_was_changed_to_infinity()
    {
        var ticks = 0;
        using var timer = _clock.CreateTimer(_ => ticks++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));

        ticks.Should().Be(0);
        _clock.Timers.Should().Equal(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Ends_delays_cancellations_and_periods()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(1), _clock, _cancelled);
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        using var periodic = new PeriodicTimer(TimeSpan.FromSeconds(1), _clock);
        var tick = periodic.WaitForNextTickAsync(_cancelled);

        _clock.Advance(TimeSpan.FromSeconds(1));

        delay.IsCompletedSuccessfully.Should().BeTrue();
        source.IsCancellationRequested.Should().BeTrue();
        tick.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task Fires_a_timer_that_is_due_at_once_without_being_advanced()
    {
        var fired = new TaskCompletionSource();

        await using var timer = _clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(_cancelled);
        _clock.GetUtcNow().Should().Be(_clock.Start);
    }

    [Fact]
    public async Task Tells_when_a_timer_has_been_armed()
    {
        var waiting = _clock.WaitForTimerAsync(_cancelled);
        waiting.IsCompleted.Should().BeFalse();

        var delay = Task.Delay(TimeSpan.FromSeconds(3), _clock, _cancelled);

        (await waiting).Should().Be(TimeSpan.FromSeconds(3));
        _clock.Advance(TimeSpan.FromSeconds(3));
        await delay;
    }

    [Fact]
    public async Task Tells_the_time_left_of_several_timers()
    {
        using var first = new CancellationTokenSource(TimeSpan.FromSeconds(10), _clock);
        _clock.Advance(TimeSpan.FromSeconds(4));
        using var second = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);

        var left = await _clock.WaitForTimersAsync(2, _cancelled);

        left.Should().Equal(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Jumps_over_waits_when_told_to()
    {
        var clock = new VirtualClock { LongestJump = TimeSpan.MaxValue };

        await Task.Delay(TimeSpan.FromHours(1), clock, _cancelled);
        await Task.Delay(TimeSpan.FromHours(2), clock, _cancelled);

        clock.GetUtcNow().Should().Be(_clock.Start.AddHours(3));
        clock.Timers.Should().Equal(TimeSpan.FromHours(1), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Leaves_longer_waits_pending_while_it_jumps()
    {
        var clock = new VirtualClock { LongestJump = TimeSpan.FromSeconds(1) };
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), clock);

        await Task.Delay(TimeSpan.FromSeconds(1), clock, _cancelled);

        timeout.IsCancellationRequested.Should().BeFalse();
        (await clock.WaitForTimerAsync(_cancelled)).Should().Be(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public void Fires_for_whoever_knows_it_as_its_base_class()
    {
        var fired = new List<(string Name, double At)>();
        using var first = Timer("first", TimeSpan.FromSeconds(1), fired);
        using var second = Timer("second", TimeSpan.FromSeconds(2), fired);

        ((FakeTimeProvider)_clock).Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        fired.Should().Equal(("first", 1), ("second", 2));
    }

    [Fact]
    public void May_be_advanced_by_a_timer()
    {
        var fired = new List<(string Name, double At)>();
        using var inner = Timer("inner", TimeSpan.FromSeconds(2), fired);
        using var outer = _clock.CreateTimer(_ => _clock.Advance(TimeSpan.FromSeconds(5)), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(1));

        fired.Should().Equal(("inner", 2));
    }

    private ITimer Timer(string name, TimeSpan dueTime, List<(string Name, double At)> fired)
        => _clock.CreateTimer(_ => fired.Add((name, (_clock.GetUtcNow() - _clock.Start).TotalSeconds)), null, dueTime, Timeout.InfiniteTimeSpan);
}
