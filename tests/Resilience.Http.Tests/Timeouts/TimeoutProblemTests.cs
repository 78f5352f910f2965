using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A total timeout is the outermost handler wherever it is added, and yet becomes a problem.</summary>
public sealed class TimeoutProblemTests
{
    public static MatrixTheoryData<string, ProblemDetailsMode, bool> Places => new(
        ["Problems Total", "Total Problems", "Problems Total Attempt", "Total Problems Retry Attempt", "Problems Foreign Total Retry Foreign Attempt"],
        [ProblemDetailsMode.Throw, ProblemDetailsMode.Respond],
        [true, false]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Becomes_a_problem_wherever_it_stands(string chain, ProblemDetailsMode mode, bool async)
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(client => Array.ForEach(chain.Split(' '), policy => Add(client, policy, mode)), upstream.Url, clock: new());

        var sending = host.SendAsync(new(HttpMethod.Get, upstream.Url), async);
        (await host.PassAsync()).Should().Be(TimeSpan.FromSeconds(2));

        var problem = mode is ProblemDetailsMode.Respond
            ? await (await sending).ReadProblemDetailsAsync(Cancelled)
            : (await sending.Invoking(call => call).Should().ThrowAsync<ProblemDetailsException>()).Which.Problem;
        problem!.Kind.Should().Be(OutcomeKind.Timeout);
        problem.Detail.Should().StartWith("Client 'test': the call did not end within 2 s;");
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw, false)]
    [InlineData(ProblemDetailsMode.Respond, false)]
    [InlineData(ProblemDetailsMode.Throw, true)]
    [InlineData(ProblemDetailsMode.Respond, true)]
    public async Task Is_none_where_the_caller_gives_up_later_than_the_time_that_was_registered(ProblemDetailsMode mode, bool hasOurs)
    {
        var reached = new TaskCompletionSource();
        var hanging = new ScriptedUpstream(async (_, cancelled) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        using var host = new TestHost(
            client =>
            {
                client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(1));
                client.AddProblemDetails(problems => problems.Mode = mode).AddRetry();
                if (hasOurs)
                    client.AddTotalTimeout(TimeSpan.FromSeconds(30)).AddAttemptTimeout();
            },
            primary: hanging,
            clock: new());
        using var caller = new CancellationTokenSource();
        host.Client.Dispose();
        var sending = host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), cancelled: caller.Token);
        await reached.Task.WaitAsync(Cancelled);

        host.Clock.Advance(TimeSpan.FromSeconds(2.5));
        await caller.CancelAsync();

        (await sending.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
    }

    private static IHttpClientBuilder Add(IResilientHttpClientBuilder client, string policy, ProblemDetailsMode mode) => policy switch
    {
        "Problems" => client.AddProblemDetails(problems => problems.Mode = mode),
        "Total" => client.AddTotalTimeout(TimeSpan.FromSeconds(2)),
        "Retry" => client.AddRetry(),
        "Attempt" => client.AddAttemptTimeout(),
        _ => client.AddHttpMessageHandler(() => new Foreign()),
    };

    private sealed class Foreign : DelegatingHandler;
}
