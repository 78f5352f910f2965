using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What holds for every SDK that is handed a resilient client and told not to retry by itself.</summary>
public abstract class SdkTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What the SDK throws when the network fails.</summary>
    private protected abstract Type NetworkFailure { get; }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Rides_out_an_outage(string method)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.ResetAfterRequest(), Reply.Ok("{}"));
        using var host = Host(upstream);

        var status = await SendAsync(host, method, Cancelled);

        status.Should().Be(200);
        upstream.Attempts.Should().HaveCount(3);
        upstream.Attempts.Select(request => (request.Method, request.Text, request.Header("Content-Type"))).Distinct().Should().ContainSingle();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Rides_out_an_outage_synchronously(string method)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.ResetAfterRequest(), Reply.Ok("{}"));
        using var host = Host(upstream);

        var status = SendInOneGo(host, method);

        status.Should().Be(200);
        upstream.Attempts.Select(request => (request.Method, request.Text)).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_says()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(429).WithHeader("Retry-After", "3"), Reply.Ok("{}"));
        using var host = Host(upstream);

        var status = await SendAsync(host, "POST", Cancelled);

        status.Should().Be(200);
        host.Clock.Timers.Should().Contain(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Does_not_repeat_a_post_that_may_have_been_processed()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok("{}"));
        using var host = Host(upstream);

        var status = await SendAsync(host, "POST", Cancelled);

        status.Should().Be(503);
        upstream.Attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Is_cancelled_by_its_caller()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = Host(upstream);
        using var caller = new CancellationTokenSource();

        var call = SendAsync(host, "GET", caller.Token);
        await Task.WhenAny(call, upstream.WaitForAttemptAsync(Cancelled));
        await caller.CancelAsync();

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
        upstream.Attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Reports_an_open_circuit_as_it_reports_a_broken_network()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("{}"));
        using var host = Host(upstream);
        await SendAsync(host, "GET", Cancelled);
        host.Circuit.Isolate();

        var failure = await Record.ExceptionAsync(() => SendAsync(host, "GET", Cancelled));

        failure.Should().BeAssignableTo(NetworkFailure);
        failure!.GetBaseException().Should().BeOfType<CircuitOpenException>();
        upstream.Attempts.Should().ContainSingle();
    }

    /// <summary>Sends a request, with a body unless it is a GET, and gives the status that the SDK reports.</summary>
    private protected abstract Task<int> SendAsync(TestHost host, string method, CancellationToken cancellationToken);

    /// <summary>The same through the synchronous methods of the SDK.</summary>
    private protected abstract int SendInOneGo(TestHost host, string method);

    private protected virtual void Configure(RetryOptions retry) => retry.Jitter = Jitter.None;

    // The SDKs follow redirects by themselves.
    private TestHost Host(ScriptedServer upstream)
        => new(client => client.AddStandardPolicies(standard => Configure(standard.Retry)), upstream.Url, new SocketsHttpHandler { AllowAutoRedirect = false });
}
