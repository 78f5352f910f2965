using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class RetryTelemetryTests
{
    private const string Duration = "http.client.request.duration";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Measures_retries_their_waits_and_why_there_was_no_further_one()
    {
        using var host = Host(new ScriptedUpstream(503, 429, 200));
        using var measured = new Measurements(host.Inside);

        using var response = await host.Client.GetAsync("/", Cancelled);

        const string tags = "resilience.http.client=test http.request.method=GET server.address=upstream.test server.port=80";
        measured.All.Should().Equal(
            $"resilience.http.retry.attempts 1 {{attempt}} {tags} error.type=503",
            $"resilience.http.retry.delay 0.25 s {tags} error.type=503",
            $"resilience.http.retry.attempts 1 {{attempt}} {tags} error.type=429",
            $"resilience.http.retry.delay 0.5 s {tags} error.type=429",
            $"resilience.http.retry.stops 1 {{call}} {tags} resilience.http.reason=Final");
    }

    [Fact]
    public async Task Measures_nothing_when_a_call_needs_no_help()
    {
        using var host = Host(new ScriptedUpstream(200));
        using var measured = new Measurements(host.Inside);

        using var response = await host.Client.GetAsync("/", Cancelled);

        measured.All.Should().BeEmpty();
    }

    [Fact]
    public async Task Gives_one_name_to_all_methods_of_ones_own()
    {
        using var host = Host(new ScriptedUpstream(503));
        using var measured = new Measurements(host.Inside);

        using var response = await host.Client.SendAsync(new(new HttpMethod("MINE"), "/"), Cancelled);

        measured.All.Should().ContainSingle().Which.Should().Contain("http.request.method=_OTHER").And.Contain("reason=NotRepeatable");
    }

    [Fact]
    public async Task Numbers_the_attempts_in_the_metrics_of_the_transport()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Status(503), Reply.Ok());
        using var host = Host(upstream.Url);
        using var measured = new Measurements(host.Inside, "System.Net.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        ResendCounts(measured).Should().Equal("", "1", "2");
    }

    [Fact]
    public async Task Numbers_an_attempt_once_when_one_before_it_never_reached_the_transport()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = Host(upstream.Url, client => client.AddHttpMessageHandler(() => new FailsSecond()));
        using var measured = new Measurements(host.Inside, "System.Net.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        ResendCounts(measured).Should().Equal("", "2");
    }

    [Fact]
    public async Task Puts_a_span_around_the_attempts_of_a_call()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = Host(upstream.Url);
        using var spans = new Spans("Resilience.Http", "System.Net.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        var call = spans.All.Should().HaveCount(3).And.Subject.Last();
        call.ParentSpanId.Should().Be(spans.Root.SpanId);
        spans.All.SkipLast(1).Should().OnlyContain(attempt => attempt.Source.Name == "System.Net.Http" && attempt.ParentSpanId == call.SpanId);
        Tags(call).Should().Equal(
            "resilience.http.client=test", "http.request.method=GET", "resilience.http.attempts=2", "resilience.http.reason=Final");
    }

    [Fact]
    public async Task Leaves_the_spans_of_others_alone()
    {
        using var host = Host(new ScriptedUpstream(503, 200));
        using var spans = new Spans();

        using var response = await host.Client.GetAsync("/", Cancelled);

        spans.Root.TagObjects.Should().BeEmpty();
    }

    [Fact]
    public async Task Writes_neither_path_nor_query_nor_key_nor_token()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddStandardPolicies(), primary: new ScriptedUpstream(503));
        using var measured = new Measurements(host.Inside);
        using var spans = new Spans("Resilience.Http");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/secret?secret#secret") { Headers = { { "Authorization", "Bearer secret" } } };
        request.SetIdempotencyKey("secret");

        using var response = await host.Client.SendAsync(request, Cancelled);

        string[] written = [.. host.Log.Lines, .. measured.All, .. spans.All.SelectMany(Tags), .. spans.All.Select(span => span.DisplayName)];
        written.Should().HaveCountGreaterThan(10).And.NotContainMatch("*secret*");
    }

    private static TestHost Host(ScriptedUpstream upstream) => new(client => client.AddRetry(retry => retry.Jitter = Jitter.None), primary: upstream);

    private static TestHost Host(Uri url, Action<IResilientHttpClientBuilder>? inside = null)
        => new(client => (inside ?? (static _ => { }))(client.AddRetry()), url);

    private static IEnumerable<string> Tags(Activity span) => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}");

    /// <summary>For each attempt its numbers: there shall be none on the first, and one on the others.</summary>
    private static IEnumerable<string> ResendCounts(Measurements measured)
        => measured.Of(Duration).Select(line => string.Join('+', line.Split(' ').Where(tag => tag.StartsWith("http.request.resend_count=", StringComparison.Ordinal)).Select(tag => tag.Split('=')[1])));

    private sealed class FailsSecond : DelegatingHandler
    {
        private int _requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => ++_requests == 2 ? throw new HttpRequestException(HttpRequestError.ConnectionError) : base.SendAsync(request, cancellationToken);
    }
}
