using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

public sealed class AdvanceUntilTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task Steps_from_timer_to_timer_until_the_task_has_ended()
    {
        await _clock.AdvanceUntilAsync(WaitAsync(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(40)));

        (_clock.GetUtcNow() - _clock.Start).Should().Be(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Fires_nothing_that_is_due_later()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(3), _clock);

        await _clock.AdvanceUntilAsync(WaitAsync(TimeSpan.FromSeconds(2)));

        timeout.IsCancellationRequested.Should().BeFalse();
        _clock.Pending.Should().Equal(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Lets_work_end_before_its_timeout_fires()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        var working = WorkAsync(hops: 1000);

        var result = await _clock.AdvanceUntilAsync(working);

        (result, timeout.IsCancellationRequested).Should().Be((1000, false));
    }

    [Fact]
    public async Task Does_not_overtake_what_runs_on_another_thread()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        var working = Task.Run(() => WorkFor(TimeSpan.FromMilliseconds(300)), _cancelled);

        await _clock.AdvanceUntilAsync(working);

        timeout.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task Does_not_overtake_what_it_has_woken()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2), _clock);
        var working = Task.Run(WaitAndWorkAsync, _cancelled);

        await _clock.AdvanceUntilAsync(working);

        timeout.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task Does_not_wait_for_a_thread_that_waits_for_it()
    {
        var blocked = Task.Run(() => Task.Delay(TimeSpan.FromSeconds(1), _clock, _cancelled).GetAwaiter().GetResult(), _cancelled);

        await _clock.AdvanceUntilAsync(blocked);

        (_clock.GetUtcNow() - _clock.Start).Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Waits_for_a_timer_that_is_armed_later()
    {
        var armed = new TaskCompletionSource();
        var advancing = _clock.AdvanceUntilAsync(WaitAfterAsync(armed.Task));

        armed.SetResult();

        await advancing;
        _clock.Timers.Should().Equal(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Ends_as_the_task_does()
    {
        var failing = async () => await _clock.AdvanceUntilAsync(Task.FromException<int>(new InvalidOperationException("own")));

        await failing.Should().ThrowAsync<InvalidOperationException>().WithMessage("own");
    }

    [Fact]
    public async Task Gives_up_after_a_day_of_virtual_time()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromHours(1), _clock);

        var waiting = () => _clock.AdvanceUntilAsync(new TaskCompletionSource().Task);

        await waiting.Should().ThrowAsync<TimeoutException>().WithMessage("The task did not end within 86400 s of virtual time; the next timer is due in 3600 s.");
        (_clock.GetUtcNow() - _clock.Start).Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Runs_the_total_timeout_of_a_client()
    {
        await using var hosted = new Hosted(services => services.AddScriptedUpstream("payments", script => script.Answer(Fault.Stall())));

        var calling = () => hosted.GetAsync();

        (await calling.Should().ThrowAsync<TotalTimeoutException>()).Which.Attempts.Should().Be(3);
        (hosted.Clock.GetUtcNow() - hosted.Clock.Start).Should().Be(TimeSpan.FromSeconds(30));
    }

    private async Task WaitAsync(params TimeSpan[] waits)
    {
        foreach (var wait in waits)
            await Task.Delay(wait, _clock, _cancelled);
    }

    private async Task WaitAfterAsync(Task before)
    {
        await before;
        await Task.Delay(TimeSpan.FromSeconds(1), _clock, _cancelled);
    }

    private async Task WaitAndWorkAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(1), _clock, _cancelled);
        await Task.Yield();
        WorkFor(TimeSpan.FromMilliseconds(300));
    }

    // As code does that runs for the first time.
    private static void WorkFor(TimeSpan time)
    {
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start) < time;)
            Thread.SpinWait(100);
    }

    private static async Task<int> WorkAsync(int hops)
    {
        for (var hop = 0; hop < hops; hop++)
            await Task.Yield();
        return hops;
    }
}
