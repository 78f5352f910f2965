namespace Resilience.Http.Tests;

public sealed class PolicyContractTests
{
    public static IEnumerable<string> Names => Contract.All.Select(contract => contract.Policy.Name);

    public static TheoryData<string> EveryPolicy => [.. Names];

    /// <summary>Standalone and registered, synchronous and asynchronous.</summary>
    public static MatrixTheoryData<string, bool, bool> EveryCall => new(Names, [false, true], [false, true]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_policy_and_every_public_handler_is_under_contract()
    {
        var handlers = typeof(PolicyHandler).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(PolicyHandler)));

        StandardPolicies.Known.Should().BeSubsetOf(Contract.All.Select(contract => contract.Policy));
        handlers.Should().BeEquivalentTo(Contract.All.Select(contract => contract.Standalone().GetType()));
    }

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public void Defaults_are_in_order(string policy)
    {
        using var host = new TestHost(Contract.Named(policy).RegisterDefaults);

        host.Inside.Policies.Should().ContainSingle().Which.Name.Should().Be(policy);
    }

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task The_callers_cancellation_passes_with_the_callers_token(string policy, bool registered, bool async)
    {
        using var gone = new CancellationTokenSource();
        var (upstream, asked) = Hanging();
        using var host = Contract.Named(policy).Host(registered, upstream);

        var call = host.SendAsync(Get(), async, gone.Token);
        await asked.WaitAsync(Cancelled);
        await gone.CancelAsync();

        var thrown = (await call.Awaiting(sent => sent).Should().ThrowAsync<OperationCanceledException>()).Which;
        thrown.CancellationToken.Should().Be(gone.Token);
        upstream.Attempts.Count.Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task Every_response_is_disposed_but_the_one_that_is_returned(string policy, bool registered, bool async)
    {
        var upstream = new ScriptedUpstream(503, 200);
        using var host = Contract.Named(policy).Host(registered, upstream);

        var thrown = await Record.ExceptionAsync(() => host.SendAsync(Get(), async, Cancelled));

        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).SkipLast(1).Should().NotContain(false);
        upstream.Attempts[^1].IsResponseDisposed.Should().Be(thrown is not null);
    }

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task What_a_handler_further_in_throws_at_once_comes_out_unchanged(string policy, bool registered, bool async)
    {
        var fault = new InvalidOperationException("a bug further in");
        using var host = Contract.Named(policy).Host(registered, new Throwing(fault));

        var call = host.SendAsync(Get(), async, Cancelled);

        (await Record.ExceptionAsync(() => call)).Should().BeSameAs(fault);
    }

    private static HttpRequestMessage Get()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        request.SetTimeout(TimeSpan.FromMinutes(1));
        return request;
    }

    private static (ScriptedUpstream Upstream, Task Asked) Hanging()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (new ScriptedUpstream(async (_, cancelled) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        }), asked.Task);
    }

    private sealed class Throwing(Exception exception) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;
    }
}
