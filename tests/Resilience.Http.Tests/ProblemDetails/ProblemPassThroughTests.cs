namespace Resilience.Http.Tests;

/// <summary>What is no problem of the upstream.</summary>
public sealed class ProblemPassThroughTests
{
    [Fact]
    public async Task Lets_faults_of_the_request_pass()
    {
        var fault = new InvalidOperationException("no such token");
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(fault)));

        var call = () => FailedOrder.GetAsync(upstream, ProblemDetailsMode.Respond);

        (await call.Should().ThrowAsync<InvalidOperationException>()).Which.Should().BeSameAs(fault);
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw)]
    [InlineData(ProblemDetailsMode.Respond)]
    public async Task Lets_the_cancellation_of_the_caller_pass(ProblemDetailsMode mode)
    {
        using var caller = new CancellationTokenSource();
        using var upstream = new ScriptedUpstream(async (_, cancelled) =>
        {
            await caller.CancelAsync();
            await new TaskCompletionSource().Task.WaitAsync(cancelled);
            return new HttpResponseMessage();
        });

        var call = () => FailedOrder.GetAsync(upstream, mode, cancelled: caller.Token);

        await call.Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw)]
    [InlineData(ProblemDetailsMode.Respond)]
    public async Task Lets_go_of_a_response_whose_reading_the_caller_gives_up(ProblemDetailsMode mode)
    {
        using var caller = new CancellationTokenSource();
        using var body = new TrickleStream([], failure: null, hangs: true);
        using var upstream = new ScriptedUpstream((_, _) => FailedOrder.Response(500, new TrickleContent(body)));

        var call = FailedOrder.GetAsync(upstream, mode, cancelled: caller.Token);
        await caller.CancelAsync();

        (await call.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true);
    }
}
