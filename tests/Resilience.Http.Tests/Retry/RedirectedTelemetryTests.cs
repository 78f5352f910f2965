using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Where a redirect leads is the server's choice: it must not decide how many time series there are.</summary>
public sealed class RedirectedTelemetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task Measures_by_the_address_that_was_called()
        => AssertMeasuredAsync(static _ => { }, "server.address=upstream.test server.port=80");

    [Fact]
    public Task Measures_by_the_server_that_a_policy_has_chosen()
    {
        var policy = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = static (handler, call) =>
            {
                call.Request.RequestUri = new("http://chosen.test/");
                call.Attempt.OfferAnotherServer();
                return handler.SendOnAsync(call);
            },
        };
        return AssertMeasuredAsync(client => client.AddPolicy(policy), "server.address=chosen.test server.port=80");
    }

    private static async Task AssertMeasuredAsync(Action<IResilientHttpClientBuilder> inside, string server)
    {
        using var upstream = new ScriptedUpstream(static (request, _) =>
        {
            request.RequestUri = new($"http://{Guid.NewGuid()}.test/");
            return Answers.With(503, "");
        });
        using var host = new TestHost(client => inside(client.AddRetry()), primary: upstream);
        using var measured = new Measurements(host.Inside);

        using var response = await host.Client.GetAsync("/", Cancelled);

        measured.All.Should().HaveCount(7).And.OnlyContain(line => line.Contains(server));
    }
}
