using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Yarp.Tests.Streams;

/// <summary>A client that leaves before it has its answer.</summary>
public sealed class LeavingClientTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Ends_the_call_of_the_destination(string method)
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            begun.SetResult();
            await ended.Task;
        });
        await using var gateway = await Gateway.StartAsync(backend);
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(new(method), "/") { Content = method is "POST" ? new StringContent("body") : null };

        var sent = gateway.Client.SendAsync(request, leaving.Token);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
        await sent.Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        backend.Hits.Should().Be(1);
        gateway.Cluster.Circuits.Should().OnlyContain(circuit => circuit.State == CircuitState.Closed);
    }

    [Fact]
    public async Task Ends_the_wait_before_another_attempt()
    {
        var retries = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(static context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, "20");
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Configure = standard => standard.Retry.OnRetry = _ => retries.TrySetResult() }, backend);
        using var leaving = new CancellationTokenSource();

        var sent = gateway.Client.GetAsync(new Uri("/", UriKind.Relative), leaving.Token);
        await retries.Task.WaitAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await sent.Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        gateway.HasNoCalls().Should().BeTrue();
        backend.Hits.Should().Be(1);
    }

    [Fact]
    public async Task Ends_the_body_that_it_was_reading()
    {
        var ended = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            await context.Response.WriteAsync("beginning");
            await context.Response.Body.FlushAsync();
            await ended.Task;
        });
        await using var gateway = await Gateway.StartAsync(backend);

        using (var stream = await gateway.Client.GetStreamAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken))
            (await stream.ReadAsync(new byte[9], TestContext.Current.CancellationToken)).Should().BePositive();

        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
