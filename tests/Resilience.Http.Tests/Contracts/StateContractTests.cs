using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Tests;

/// <summary>What a policy keeps from one call to the next.</summary>
public sealed class StateContractTests
{
    public static TheoryData<string> EveryPolicy => PolicyContractTests.EveryPolicy;

    /// <summary>Standalone and registered.</summary>
    public static MatrixTheoryData<string, bool> EveryClient => new(PolicyContractTests.Names, [false, true]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public async Task Two_calls_show_that_it_acts(string policy)
    {
        var without = new Transcript(Cancelled);
        using var client = new HttpMessageInvoker(without.Upstream);
        await without.AddAsync(request => client.SendAsync(request, Cancelled));
        await without.AddAsync(request => client.SendAsync(request, Cancelled));

        var with = await TwoCallsAsync(Contract.Named(policy), registered: false, async: true);

        with.Should().NotEqual(without.Lines);
    }

    [Theory]
    [MemberData(nameof(EveryClient))]
    public async Task Synchronous_calls_come_to_what_asynchronous_ones_do(string policy, bool registered)
    {
        var asynchronous = await TwoCallsAsync(Contract.Named(policy), registered, async: true);

        var synchronous = await TwoCallsAsync(Contract.Named(policy), registered, async: false);

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

        transcript.Lines.Should().Equal(await TwoCallsAsync(Contract.Named(policy), registered: false, async: true));
        host.Log.Lines.Should().Contain($"Information 1: Client 'test': new options for {policy} are in force.");
    }

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public async Task Calls_at_once_come_to_what_calls_in_turn_do(string policy)
    {
        using var one = Contract.Named(policy).Host(registered: false, Echo());
        using var other = Contract.Named(policy).Host(registered: false, Echo());
        var inTurn = new List<string>();
        for (var call = 0; call < 64; call++)
            inTurn.Add(await CallAsync(one, call));

        var atOnce = await Task.WhenAll(Enumerable.Range(0, 64).Select(call => Task.Run(() => CallAsync(other, call), Cancelled)));

        atOnce.Should().BeEquivalentTo(inTurn);
    }

    private static async Task<IReadOnlyList<string>> TwoCallsAsync(Contract contract, bool registered, bool async)
    {
        var transcript = new Transcript(Cancelled);
        using var host = contract.Host(registered, async ? transcript.Upstream : new SynchronousOnly(transcript.Upstream));
        await transcript.AddAsync(request => host.SendAsync(request, async));
        await transcript.AddAsync(request => host.SendAsync(request, async));
        return transcript.Lines;
    }

    /// <summary>Another handler of the same client.</summary>
    private static HttpMessageInvoker Rotated(Contract contract, TestHost host, Transcript transcript)
    {
        var handler = contract.Policy.CreateHandler(host.Inside.Client) ?? new TotalTimeoutHandler(host.Inside.Client);
        handler.InnerHandler = transcript.Upstream;
        return new(handler, disposeHandler: false);
    }

    private static ScriptedUpstream Echo() => new(async (request, _) =>
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
}
