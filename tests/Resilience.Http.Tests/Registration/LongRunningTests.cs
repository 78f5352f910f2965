using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class LongRunningTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Gives_attempts_and_calls_minutes_and_raises_no_doubts()
    {
        using var host = new TestHost(client => client.AddStandardPolicies(StandardPolicies.LongRunning), primary: new ScriptedUpstream(200));

        host.Inside.ToString().Should().StartWith("test: TotalTimeout (1800 s) →").And.EndWith("→ AttemptTimeout (600 s)");
        host.Log.Lines.Should().BeEmpty();
    }

    [Fact]
    public void Leaves_alone_what_configuration_or_code_has_set()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Client:AttemptTimeout:Timeout", "00:02:00")]).Build();
        using var host = new TestHost(
            client => client.AddResilience(configuration.GetSection("Client")).AddStandardPolicies(standard =>
            {
                standard.TotalTimeout.Timeout = TimeSpan.FromMinutes(5);
                StandardPolicies.LongRunning(standard);
            }),
            primary: new ScriptedUpstream(200));

        host.Inside.ToString().Should().StartWith("test: TotalTimeout (300 s) →").And.EndWith("→ AttemptTimeout (120 s)");
    }

    [Fact]
    public async Task Lets_a_slow_answer_through_that_the_standard_policies_would_not_wait_for()
    {
        var clock = new VirtualClock();
        using var invoker = new HttpMessageInvoker(StandardPolicies.CreateHandler(SlowBy(TimeSpan.FromMinutes(9), clock), StandardPolicies.LongRunning, new() { Time = clock }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");

        var sending = invoker.SendAsync(request, Cancelled);
        clock.Advance(TimeSpan.FromMinutes(9));
        using var response = await sending;

        response.IsSuccessStatusCode.Should().BeTrue();
    }

    [Fact]
    public void Is_named_where_the_default_runs_out()
        => new AttemptTimeoutException("test", TimeSpan.FromSeconds(10)).Message.Should().Be(
            "Client 'test': the attempt did not end within 10 s, the attempt timeout by default; for calls that take longer by nature raise AttemptTimeout, or use StandardPolicies.LongRunning.");

    private static ScriptedUpstream SlowBy(TimeSpan time, TimeProvider clock) => new(async (_, cancelled) =>
    {
        await Task.Delay(time, clock, cancelled);
        return new();
    });
}
