using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class CallSpanTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_call_that_ends_in_a_failure_is_an_error(int status)
    {
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(status));
        using var spans = new Spans("Resilience.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        Told(spans).Should().Equal($"Error {status}");
    }

    [Fact]
    public async Task A_call_that_succeeds_after_a_retry_is_none()
    {
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(503, 200));
        using var spans = new Spans("Resilience.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        Told(spans).Should().Equal("Unset ");
    }

    [Theory]
    [InlineData(typeof(HttpRequestException), "ConnectionFailed")]
    [InlineData(typeof(TimeoutException), "Timeout")]
    [InlineData(typeof(FormatException), "ClientError")]
    public async Task A_call_that_ends_in_an_exception_is_an_error(Type type, string kind)
    {
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream((_, _) => Task.FromException<HttpResponseMessage>((Exception)Activator.CreateInstance(type)!)));
        using var spans = new Spans("Resilience.Http");

        await host.Client.Awaiting(client => client.GetAsync("/", Cancelled)).Should().ThrowAsync<Exception>();

        Told(spans).Should().Equal($"Error {kind}");
    }

    [Fact]
    public async Task A_call_that_a_circuit_rejects_at_once_is_an_error()
    {
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(), primary: new ScriptedUpstream(200));
        host.Inside.GetCircuit("http://upstream.test").Isolate();
        using var spans = new Spans("Resilience.Http");

        await host.Client.Awaiting(client => client.GetAsync("/", Cancelled)).Should().ThrowAsync<CircuitOpenException>();

        Told(spans).Should().Equal("Error CircuitOpen");
    }

    [Fact]
    public async Task A_rule_that_throws_makes_an_error()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.IsRepeatable = _ => throw new FormatException()), primary: new ScriptedUpstream(200));
        using var spans = new Spans("Resilience.Http");

        await host.Client.Awaiting(client => client.PostAsync("/", null, Cancelled)).Should().ThrowAsync<FormatException>();

        Told(spans).Should().Equal("Error ClientError");
    }

    [Fact]
    public async Task What_the_body_says_counts_more_than_the_status()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 0).AddAdvice(new AlwaysThrottled()), primary: new ScriptedUpstream(200));
        using var spans = new Spans("Resilience.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        Told(spans).Should().Equal("Error 200");
    }

    [Fact]
    public async Task A_call_within_another_says_nothing_in_the_others_span()
    {
        using var inner = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(503, 200));
        using var outer = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(async (_, cancelled) => await inner.Client.GetAsync("/", cancelled)));
        using var spans = new Spans("Resilience.Http");

        using var response = await outer.Client.GetAsync("/", Cancelled);

        spans.All.Select(span => span.GetTagItem("resilience.http.attempts")).Should().Equal(2, null);
    }

    private static IEnumerable<string> Told(Spans spans) => spans.All.Select(span => $"{span.Status} {span.GetTagItem("error.type")}");

    private sealed class AlwaysThrottled : IAdviceReader
    {
        public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => response.StatusCode is HttpStatusCode.OK;

        public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
            => (advice ?? new()) with { IsThrottled = true };
    }
}
