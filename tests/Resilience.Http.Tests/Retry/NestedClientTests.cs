using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Handlers that call another resilient client: what that one rejects is another request.</summary>
public sealed class NestedClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_rejection_by_another_client_is_no_proof_that_this_request_was_not_sent(bool offered, bool limited)
    {
        using var other = new TestHost(client => client.AddCircuitBreaker().AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.PartitionBy, bucket.QueueLimit) = (0.001, static _ => "audit", 0)), primary: new ScriptedUpstream(200));
        if (limited)
            await other.GetAsync("http://audit.test/");
        else
            other.Inside.GetCircuit("http://audit.test").Isolate();
        var servers = new TestPolicy("Servers", PolicyOrder.Inside("Retry", "every attempt has a server of its own"))
        {
            Send = (handler, call) =>
            {
                if (offered)
                    call.Attempt.OfferAnotherServer();
                return handler.SendOnAsync(call);
            },
        };
        var upstream = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddRetry().AddPolicy(servers).AddHttpMessageHandler(() => new Audits(other)), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(request, Cancelled));

        failure.Should().BeAssignableTo<ResilienceException>().Which.Kind.IsRejection.Should().BeTrue();
        upstream.Attempts.Should().ContainSingle();
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 4)]
    public async Task A_limit_that_another_client_has_met_is_no_proof_either(string method, int sent)
    {
        using var other = new TestHost(client => client.AddProblemDetails(problems => problems.Mode = ProblemDetailsMode.Throw), primary: new ScriptedUpstream(429, 429, 429, 429));
        var upstream = new ScriptedUpstream(200, 200, 200, 200);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Audits(other)), primary: upstream);
        using var request = new HttpRequestMessage(new(method), "/");

        await host.Awaiting(it => it.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<ProblemDetailsException>();

        upstream.Attempts.Should().HaveCount(sent);
    }

    private sealed class Audits(TestHost other) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            using var audit = await other.Client.PostAsync("http://audit.test/", null, cancellationToken);
            return response;
        }
    }
}
