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
