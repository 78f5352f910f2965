using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Sdk.Tests;

/// <summary>Calls of gRPC through its factory, over the real thing: Kestrel, HTTP/2, trailers.</summary>
public sealed class GrpcHttp2Tests : IAsyncDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private Http2Server? _server;
    private ServiceProvider? _services;

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task Are_repeated_after_a_status_without_messages(StatusCode status)
    {
        var client = await ClientAsync(GrpcAnswers.TrailersOnly(status), GrpcAnswers.EchoAsync);

        var answer = await client.CallAsync("Read", _cancelled);

        answer.Should().Equal(42);
        _server!.Received.Should().HaveCount(2).And.AllBeEquivalentTo(GrpcAnswers.Message);
    }

    [Theory]
    [InlineData("Read", StatusCode.Unavailable, "-1")]
    [InlineData("Read", StatusCode.NotFound, "1")]
    [InlineData("Write", StatusCode.Unavailable, "1")]
    public async Task Are_not_repeated_if_that_is_forbidden_vain_or_unsafe(string method, StatusCode status, string pushback)
    {
        var client = await ClientAsync(GrpcAnswers.TrailersOnly(status, pushback), GrpcAnswers.EchoAsync);

        (await StatusOfAsync(client.CallAsync(method, _cancelled))).Should().Be(status);

        _server!.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Are_not_repeated_after_a_status_that_follows_the_headers()
    {
        var client = await ClientAsync(GrpcAnswers.HeadersThenTrailers(StatusCode.Unavailable), GrpcAnswers.EchoAsync);

        (await StatusOfAsync(client.CallAsync("Read", _cancelled))).Should().Be(StatusCode.Unavailable);

        _server!.Received.Should().ContainSingle();
    }

    [Theory]
    [InlineData("Read", 2)]
    [InlineData("Write", 1)]
    public async Task Are_repeated_after_a_reset_if_that_is_safe(string method, int requests)
    {
        var client = await ClientAsync(GrpcAnswers.Reset, GrpcAnswers.EchoAsync);

        var failure = await Record.ExceptionAsync(() => client.CallAsync(method, _cancelled));

        (failure is null).Should().Be(requests == 2);
        _server!.Received.Should().HaveCount(requests);
    }

    [Fact]
    public async Task Hand_over_a_message_while_the_next_is_on_its_way()
    {
        var arrived = new TaskCompletionSource();
        var client = await ClientAsync(GrpcAnswers.TrailersOnly(StatusCode.Unavailable), GrpcAnswers.TwoMessages(arrived.Task));
        await using var messages = client.Stream("Read", _cancelled).GetAsyncEnumerator(_cancelled);

        (await messages.MoveNextAsync()).Should().BeTrue();
        arrived.SetResult();

        (await messages.MoveNextAsync()).Should().BeTrue();
        (await messages.MoveNextAsync()).Should().BeFalse();
        _server!.Received.Should().HaveCount(2);
    }

    [Fact]
    public async Task Are_never_repeated_once_a_message_came()
    {
        var arrived = new TaskCompletionSource();
        var client = await ClientAsync(GrpcAnswers.ResetAfterMessage(arrived.Task), GrpcAnswers.EchoAsync);
        await using var messages = client.Stream("Read", _cancelled).GetAsyncEnumerator(_cancelled);

        (await messages.MoveNextAsync()).Should().BeTrue();
        arrived.SetResult();

        (await Record.ExceptionAsync(() => messages.MoveNextAsync().AsTask())).Should().BeOfType<RpcException>();
        _server!.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task End_at_the_server_when_their_caller_gives_up()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var client = await ClientAsync(GrpcAnswers.Stall(begun, ended));
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        var calling = StatusOfAsync(client.CallAsync("Read", caller.Token));

        await begun.Task.WaitAsync(_cancelled);
        await caller.CancelAsync();

        (await calling).Should().Be(StatusCode.Cancelled);
        await ended.Task.WaitAsync(_cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await (_services?.DisposeAsync() ?? default);
        await (_server?.DisposeAsync() ?? default);
    }

    private async Task<EchoClient> ClientAsync(params RequestDelegate[] answers)
    {
        _server = await Http2Server.StartAsync(answers);
        var services = new ServiceCollection();
        services.AddGrpcClient<EchoClient>(client => client.Address = _server.Url)
            .AddResilience()
            .AddStandardPolicies(standard =>
            {
                StandardPolicies.LongRunning(standard);
                standard.Retry.BaseDelay = TimeSpan.Zero;
                standard.Retry.IsRepeatable = request => request.RequestUri!.AbsolutePath == "/test.Echo/Read";
            })
            .AddGrpcAdvice();
        _services = services.BuildServiceProvider();
        return _services.GetRequiredService<EchoClient>();
    }

    private static async Task<StatusCode> StatusOfAsync(Task<byte[]> call)
        => (await Record.ExceptionAsync(() => call)).Should().BeOfType<RpcException>().Which.StatusCode;
}
