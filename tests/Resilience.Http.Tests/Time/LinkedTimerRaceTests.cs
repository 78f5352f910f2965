namespace Resilience.Http.Tests;

/// <summary>In real time and on many threads: what is tested are the races between the timer's thread and the one that starts and stops it.</summary>
public sealed class LinkedTimerRaceTests
{
    private const int Uses = 1000;

    private static readonly TimeProvider Clock = TimeProvider.System;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Never_expires_early_nor_reaches_into_the_next_use()
    {
        var early = await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() => CountEarly(seed, Cancelled))));

        early.Should().AllBeEquivalentTo(0);
    }

    [Fact]
    public async Task Carries_the_context_of_nobody_who_made_it()
    {
        var local = new AsyncLocal<string?> { Value = "of the first call" };
        using var timer = new LinkedTimer(Clock);
        var seen = new TaskCompletionSource<string?>();

        timer.Start(TimeSpan.FromMilliseconds(1), Clock.GetTimestamp(), latest: long.MaxValue, CancellationToken.None).UnsafeRegister(_ => seen.SetResult(local.Value), null);

        (await seen.Task.WaitAsync(Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Always_expires_in_the_end()
    {
        var timer = new LinkedTimer(Clock);
        for (var use = 0; use < Uses; use++)
        {
            timer.Start(TimeSpan.FromMicroseconds(use % 700), Clock.GetTimestamp(), latest: long.MaxValue, Cancelled);
            Spin(TimeSpan.FromMicroseconds(use % 500));
            if (!timer.TryStop())
                timer = new(Clock);
        }

        var expired = new TaskCompletionSource();
        using var registration = timer.Start(TimeSpan.FromMilliseconds(5), Clock.GetTimestamp(), latest: long.MaxValue, Cancelled).Register(expired.SetResult);

        await expired.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
    }

    private static int CountEarly(int seed, CancellationToken cancelled)
    {
        var (timer, early) = (new LinkedTimer(Clock), 0);
        for (var use = 0; use < Uses; use++)
        {
            // As long as the timer's own steps, so that it rings just when it is stopped.
            var due = TimeSpan.FromMicroseconds(use % 2 == 0 ? 1000 : 5000);
            var started = Clock.GetTimestamp();
            var token = timer.Start(due, started, latest: long.MaxValue, cancelled);
            Spin(TimeSpan.FromMicroseconds(use % 2 == 0 ? 900 + (use * seed % 1500) : 50));
            early += token.IsCancellationRequested && Clock.GetElapsedTime(started) < due ? 1 : 0;
            if (!timer.TryStop())
                timer = new(Clock);
        }

        return early;
    }

    private static void Spin(TimeSpan time)
    {
        for (var started = Clock.GetTimestamp(); Clock.GetElapsedTime(started) < time;)
            Thread.SpinWait(10);
    }
}
