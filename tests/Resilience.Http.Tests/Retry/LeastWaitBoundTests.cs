using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>How far a least wait, which doubles each time, may go.</summary>
public sealed class LeastWaitBoundTests
{
    [Fact]
    public async Task A_wait_without_end_ends_the_call_instead_of_being_doubled()
    {
        var (report, waits) = await CallAsync(retries: 5, attempt => attempt == 1 ? TimeSpan.FromSeconds(1) : TimeSpan.MaxValue);

        report.Should().BeEquivalentTo(new { Attempts = 2, Reason = RetryStopReason.AdviceTooLong });
        waits.Should().Equal(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Doubling_stops_where_it_could_overflow_however_many_attempts_there_are()
    {
        var (report, waits) = await CallAsync(retries: 40, _ => TimeSpan.FromMilliseconds(1));

        report.Should().BeEquivalentTo(new { Attempts = 41, Reason = RetryStopReason.AttemptsUsedUp });
        waits.Select(wait => wait.TotalMilliseconds).Should().Equal(Enumerable.Range(0, 40).Select(attempt => Math.Pow(2, Math.Min(attempt, 20))));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    public async Task A_wait_that_doubles_beyond_the_bound_ends_the_call(int hours)
    {
        var (report, waits) = await CallAsync(retries: 40, _ => TimeSpan.FromHours(hours));

        report.Should().BeEquivalentTo(new { Attempts = 2, Reason = RetryStopReason.AdviceTooLong });
        waits.Should().StartWith(TimeSpan.FromHours(hours));
    }

    private static async Task<(RetryReport Report, IReadOnlyList<TimeSpan> Waits)> CallAsync(int retries, Func<int, TimeSpan> leastWait)
    {
        using var host = new TestHost(
            client => client.AddAdvice(new Reader(leastWait)).AddTotalTimeout(TimeSpan.FromDays(1)).AddRetry(retry =>
            {
                (retry.MaxRetries, retry.Jitter, retry.Budget) = (retries, Jitter.None, null);
                retry.MaxAdvisedDelay = TimeSpan.FromHours(13);
            }),
            primary: new ScriptedUpstream((int)HttpStatusCode.TooManyRequests),
            clock: new VirtualClock { LongestJump = TimeSpan.FromHours(13) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        // Without the time of the call, which only runs.
        return (request.GetRetryReport()!, [.. host.Clock.Timers.Where(wait => wait <= host.Clock.LongestJump)]);
    }

    private sealed class Reader(Func<int, TimeSpan> leastWait) : IAdviceReader
    {
        private int _attempts;

        public ServerAdvice Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
            => new() { IsThrottled = true, IsMinimum = true, RetryAfter = leastWait(++_attempts) };
    }
}
