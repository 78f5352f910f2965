using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Upstreams;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryReportTests : IDisposable
{
    private readonly ScriptedUpstream _upstream = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _upstream.Dispose();

    [Fact]
    public async Task Leaves_a_call_without_failures_alone()
    {
        _upstream.Answer(200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.RetryReport.Should().BeNull();
        host.Log.Lines.Should().BeEmpty();
        ((IDictionary<string, object?>)request.Options).Should().BeEmpty();
    }

    [Fact]
    public async Task Says_in_one_line_what_a_call_that_needed_help_went_through()
    {
        _upstream.Answer(503, 503, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url);

        using var response = await host.Client.GetAsync("/secret?token=hidden", Cancelled);

        host.Log.Lines.Should().ContainSingle().Which.Should().Match("Information 100: Client 'test': GET localhost:* ended in 200 after 3 attempts*[503, 503]*Final.").And.NotContain("secret").And.NotContain("hidden");
    }

    [Fact]
    public async Task Tells_of_every_retry_and_survives_what_the_callback_throws()
    {
        _upstream.Answer(503, 429, 200);
        var told = new List<(OutcomeKind, int)>();
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.OnRetry = e =>
            {
                told.Add((e.Outcome.Kind, e.Attempt));
                throw new InvalidOperationException("a bug in the callback");
            }),
            _upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        told.Should().Equal((OutcomeKind.Unavailable, 2), (OutcomeKind.Throttled, 3));
    }
}
