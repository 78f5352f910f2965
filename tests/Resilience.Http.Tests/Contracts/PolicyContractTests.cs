using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Tests;

public sealed class PolicyContractTests
{
    public static IEnumerable<string> Names => Contract.All.Select(contract => contract.Policy.Name);

    public static TheoryData<string> EveryPolicy => [.. Names];

    /// <summary>Standalone and registered.</summary>
    public static MatrixTheoryData<string, bool> EveryClient => new(Names, [false, true]);

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
        using var host = Host(policy, registered, upstream);

        var call = host.SendAsync(Get(), async, gone.Token);
        await asked.WaitAsync(Cancelled);
        await gone.CancelAsync();

        var thrown = (await call.Awaiting(sent => sent).Should().ThrowAsync<OperationCanceledException>()).Which;
        thrown.CancellationToken.Should().Be(gone.Token);
        upstream.Requests.Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task Every_response_is_disposed_but_the_one_that_is_returned(string policy, bool registered, bool async)
    {
        var upstream = new StubHandler(503, 200);
        using var host = Host(policy, registered, upstream);

        var thrown = await Record.ExceptionAsync(() => host.SendAsync(Get(), async, Cancelled));

        upstream.Disposed.SkipLast(1).Should().NotContain(false);
        upstream.Disposed[^1].Should().Be(thrown is not null);
    }

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task What_a_handler_further_in_throws_at_once_comes_out_unchanged(string policy, bool registered, bool async)
    {
        var fault = new InvalidOperationException("a bug further in");
        using var host = Host(policy, registered, new Throwing(fault));

        var call = host.SendAsync(Get(), async, Cancelled);

        (await Record.ExceptionAsync(() => call)).Should().BeSameAs(fault);
    }

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public async Task Two_calls_show_that_it_acts(string policy)
    {
        var without = new Transcript(Cancelled);
        using var client = new HttpMessageInvoker(without.Upstream);
        await without.AddAsync(request => client.SendAsync(request, Cancelled));
        await without.AddAsync(request => client.SendAsync(request, Cancelled));

        var with = await TwoCallsAsync(policy, registered: false, async: true);

        with.Should().NotEqual(without.Lines);
    }

    [Theory]
    [MemberData(nameof(EveryClient))]
    public async Task Synchronous_calls_come_to_what_asynchronous_ones_do(string policy, bool registered)
    {
        var asynchronous = await TwoCallsAsync(policy, registered, async: true);

        var synchronous = await TwoCallsAsync(policy, registered, async: false);

        synchronous.Should().Equal(asynchronous);
    }

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public async Task State_outlives_handlers_and_options(string policy)
    {
        var (contract, configuration) = (Contract.Named(policy), new ConfigurationBuilder().AddInMemoryCollection().Build());
        using var host = new TestHost(client =>
        {
            contract.Follow(client.Services, configuration);
            contract.Register(client);
        });
        var transcript = new Transcript(Cancelled);

        await transcript.AddAsync(request => Rotated(contract, host, transcript).SendAsync(request, Cancelled));
        configuration.Reload();
        await transcript.AddAsync(request => Rotated(contract, host, transcript).SendAsync(request, Cancelled));

        transcript.Lines.Should().Equal(await TwoCallsAsync(policy, registered: false, async: true));
        host.Log.Lines.Should().Contain($"Information 1: Client 'test': new options for {policy} are in force.");
    }

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public async Task Calls_at_once_come_to_what_calls_in_turn_do(string policy)
    {
        using var one = Host(policy, registered: false, Echo());
        using var other = Host(policy, registered: false, Echo());
        var inTurn = new List<string>();
        for (var call = 0; call < 64; call++)
            inTurn.Add(await CallAsync(one, call));

        var atOnce = await Task.WhenAll(Enumerable.Range(0, 64).Select(call => Task.Run(() => CallAsync(other, call), Cancelled)));

        atOnce.Should().BeEquivalentTo(inTurn);
    }

    private static HttpRequestMessage Get()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        request.SetTimeout(TimeSpan.FromMinutes(1));
        return request;
    }

    private static (StubHandler Upstream, Task Asked) Hanging()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (new StubHandler(async (_, cancelled) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        }), asked.Task);
    }

    private static async Task<IReadOnlyList<string>> TwoCallsAsync(string policy, bool registered, bool async)
    {
        var transcript = new Transcript(Cancelled);
        using var host = Host(policy, registered, async ? transcript.Upstream : new SynchronousOnly(transcript.Upstream));
        await transcript.AddAsync(request => host.SendAsync(request, async));
        await transcript.AddAsync(request => host.SendAsync(request, async));
        return transcript.Lines;
    }

    /// <summary>A client with one strict policy: registered, or a handler that was made without a container.</summary>
    private static TestHost Host(string policy, bool registered, HttpMessageHandler upstream)
        => registered ? new(Contract.Named(policy).Register, primary: upstream) : TestHost.Around(Contract.Named(policy).Standalone(), upstream);

    /// <summary>Another handler of the same client.</summary>
    private static HttpMessageInvoker Rotated(Contract contract, TestHost host, Transcript transcript)
    {
        var handler = contract.Policy.CreateHandler(host.Inside.Client) ?? new TotalTimeoutHandler(host.Inside.Client);
        handler.InnerHandler = transcript.Upstream;
        return new(handler, disposeHandler: false);
    }

    private static StubHandler Echo() => new(async (request, _) =>
    {
        await Task.Yield();
        return new() { ReasonPhrase = request.RequestUri!.AbsolutePath };
    });

    private static async Task<string> CallAsync(TestHost host, int call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://upstream.test/{call}");
        try
        {
            using var response = await host.SendAsync(request);
            return response.ReasonPhrase == $"/{call}" ? "its own answer" : "another's answer";
        }
        catch (ResilienceException e)
        {
            return e.GetType().Name;
        }
    }

    private sealed class Throwing(Exception exception) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;
    }
}
