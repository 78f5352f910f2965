using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TotalTimeoutTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Is_the_timeout_of_the_client()
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(20)));

        host.Client.Timeout.Should().Be(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Is_30_seconds_in_the_standard_set()
    {
        using var host = new TestHost();

        host.Client.Timeout.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Of_the_standard_set_gives_way_to_what_the_user_set_on_the_client()
    {
        using var host = new TestHost(client => client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(7)));

        host.Client.Timeout.Should().Be(TimeSpan.FromSeconds(7));
        host.Inside.ToString().Should().StartWith("test: TotalTimeout (7 s) →");
    }

    [Fact]
    public void Is_told_to_be_none_where_the_client_has_none()
    {
        using var host = new TestHost(client => client.ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan));
        using var client = host.Client;

        host.Inside.ToString().Should().StartWith("test: TotalTimeout (none) →");
    }

    [Fact]
    public async Task Of_a_request_ends_its_call()
    {
        await using var upstream = RawUpstream.Start(Reply.Never());
        using var host = new TestHost(url: upstream.Url, clock: new ControlledClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));

        var sending = host.Client.SendAsync(request, Cancelled);
        await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        var thrown = (await sending.Invoking(call => call).Should().ThrowAsync<TotalTimeoutException>()).Which;
        (thrown.Timeout, thrown.Attempts).Should().Be((TimeSpan.FromSeconds(2), 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_request_covers_a_buffered_body_of_unknown_length(bool async)
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("halfway").Chunked().StallAfter(3));
        using var host = new TestHost(url: upstream.Url, clock: new ControlledClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(0.5));

        var buffering = async ? response.Content.LoadIntoBufferAsync(Cancelled) : Task.Run(() => response.Content.CopyTo(Stream.Null, null, Cancelled), Cancelled);
        var left = await host.Clock.WaitForTimerAsync(Cancelled);
        host.Clock.Advance(left);

        left.Should().Be(TimeSpan.FromSeconds(1.5));
        (await buffering.Awaiting(body => body).Should().ThrowAsync<TotalTimeoutException>()).Which.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task Of_a_request_lets_a_body_in_time_pass()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("whole").Chunked());
        using var host = new TestHost(url: upstream.Url, clock: new ControlledClock());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(2));

        using var response = await Task.Run(() => host.Client.Send(request, Cancelled), Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Fact]
    public async Task Of_a_request_leaves_no_room_for_a_retry_that_would_end_after_it()
    {
        using var host = new TestHost(client => client.AddRetry(retry => (retry.Jitter, retry.BaseDelay) = (Jitter.None, TimeSpan.FromSeconds(3))), primary: new StubHandler(503));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetTimeout(TimeSpan.FromSeconds(4.5));

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.RetryReport.Should().Be(new RetryReport(2, RetryStopReason.DeadlineTooClose));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(90_000)]
    public void Of_a_request_is_bounded(double seconds)
    {
        using var request = new HttpRequestMessage();

        var setting = () => request.SetTimeout(TimeSpan.FromSeconds(seconds));

        setting.Should().Throw<ArgumentOutOfRangeException>();
    }
}
