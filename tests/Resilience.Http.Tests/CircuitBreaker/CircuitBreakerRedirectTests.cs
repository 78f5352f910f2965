using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>To redirect is to answer, whatever the target does then.</summary>
public sealed class CircuitBreakerRedirectTests
{
    private const int Redirected = 0;
    private const int Broken = 1;
    private const int CallersFault = 2;

    [Fact]
    public async Task A_redirect_counts_as_a_success_of_the_redirector()
    {
        using var upstream = new ScriptedUpstream(Script(Redirected, Redirected, Redirected, 503, 503, Redirected));
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.MinimumCalls = 2), primary: upstream);

        for (var call = 0; call < 6; call++)
            await host.GetAsync();

        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Theory]
    [InlineData(Redirected, CircuitState.Closed)]
    [InlineData(Broken, CircuitState.Closed)]
    [InlineData(CallersFault, CircuitState.HalfOpen)]
    public async Task A_probe_that_is_redirected_has_found_the_redirector_recovered(int redirect, CircuitState then)
    {
        using var upstream = new ScriptedUpstream(Script(503, redirect));
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (1, 1)), primary: upstream);
        await host.GetAsync();
        host.Clock.Advance(CircuitBench.FirstBreak);

        await Record.ExceptionAsync(() => host.GetAsync());

        host.Circuit.State.Should().Be(then);
    }

    private static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Script(params int[] steps)
    {
        var next = 0;
        return (request, _) =>
        {
            var step = steps[next++];
            if (step <= CallersFault)
                request.RequestUri = new("http://target.test/");
            return step switch
            {
                Broken => Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError)),
                CallersFault => Task.FromException<HttpResponseMessage>(new InvalidOperationException()),
                _ => Task.FromResult(Answers.With(step is Redirected ? 200 : step, "")),
            };
        };
    }
}
