using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What a call that needs several attempts leaves behind: contents, responses, counts and tags.</summary>
public sealed class RetriedCallTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposes_every_body_of_a_content_factory_that_was_replaced()
    {
        var bodies = new List<TrackedContent>();
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(503, 503, 503, 200));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() => Make(bodies));

        using var response = await host.Client.SendAsync(request, Cancelled);

        bodies.Select(body => body.IsDisposed).Should().Equal(true, true, true, false);
    }

    [Fact]
    public async Task Ends_with_the_response_it_has_if_the_factory_makes_no_further_content()
    {
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream((_, _) => new(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("overloaded") }));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        var made = 0;
        request.SetContentFactory(() => ++made == 1 ? new StringContent("body") : throw new FileNotFoundException());

        using var response = await host.Client.SendAsync(request, Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("overloaded");
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.BodyNotReplayable));
        host.Inside.RetryBudgets.Single().Level.Should().Be(50);
        host.Log.Lines.Should().Contain(line => line.Contains("SetContentFactory"));
    }

    [Fact]
    public async Task Leaves_the_content_that_was_sent_until_another_takes_its_place()
    {
        List<bool> readable = [];
        using var host = new TestHost(client => client.AddRetry(retry => retry.OnRetry = told => readable.Add(told.Request.Content!.ReadAsStream().CanRead)), primary: new ScriptedUpstream(503, 200));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() => new StringContent("body"));

        using var response = await host.Client.SendAsync(request, Cancelled);

        readable.Should().Equal(true);
    }

    [Fact]
    public void A_factory_that_makes_nothing_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");

        var setting = () => request.SetContentFactory(() => null!);

        setting.Should().Throw<InvalidOperationException>().WithMessage("*SetContentFactory returned null.");
    }

    [Fact]
    public async Task A_content_that_the_factory_made_before_is_not_sent_again()
    {
        using var upstream = new ScriptedUpstream(503);
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        using var content = new StringContent("body");
        request.SetContentFactory(() => content);

        using var response = await host.Client.SendAsync(request, Cancelled);

        upstream.Attempts.Count.Should().Be(1);
        host.Log.Lines.Should().Contain(line => line.Contains("SetContentFactory"));
    }

    [Fact]
    public async Task Disposes_a_content_that_is_not_sent_because_the_caller_leaves()
    {
        var bodies = new List<TrackedContent>();
        using var caller = new CancellationTokenSource();
        using var host = new TestHost(client => client.AddRetry(retry => retry.OnRetry = _ => caller.Cancel()), primary: new ScriptedUpstream(503));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() => Make(bodies));

        await host.Client.Awaiting(client => client.SendAsync(request, caller.Token)).Should().ThrowAsync<OperationCanceledException>();

        bodies.Select(body => body.IsDisposed).Should().Equal(false, true);
    }

    [Fact]
    public async Task Leaves_the_length_of_a_content_that_other_calls_may_be_sending()
    {
        using var content = new StringContent("shared");
        var lengths = new List<bool>();
        using var upstream = new ScriptedUpstream((_, _) => Answer(content, lengths));
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);

        using var response = await host.Client.PutAsync("/", content, Cancelled);

        lengths.Should().Equal(false, true);
    }

    [Fact]
    public async Task Disposes_the_response_that_the_users_rule_fails_to_judge()
    {
        using var upstream = new ScriptedUpstream(503);
        using var host = new TestHost(client => client.AddRetry(retry => retry.ShouldRetry = _ => throw new NotSupportedException()), primary: upstream);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        await sending.Should().ThrowAsync<NotSupportedException>();
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true);
    }

    [Fact]
    public async Task Disposes_the_response_of_which_an_inner_policy_fails_to_learn()
    {
        var asked = 0;
        using var upstream = new ScriptedUpstream((_, _) => new(HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "1" } } });
        using var host = new TestHost(
            client => client.AddRetry().AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.PartitionBy) = (9, _ => ++asked == 1 ? "a" : throw new NotSupportedException())),
            primary: upstream);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        await sending.Should().ThrowAsync<NotSupportedException>();
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true);
    }

    [Fact]
    public async Task Counts_the_attempts_that_were_sent_not_the_one_that_was_held_back()
    {
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: new ScriptedUpstream(503));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        var sending = () => host.Client.SendAsync(request, Cancelled);

        (await sending.Should().ThrowAsync<CircuitOpenException>()).Which.Attempts.Should().Be(1);
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.Rejected));
    }

    [Fact]
    public async Task Does_not_take_a_key_that_an_inner_handler_wrote_for_the_callers()
    {
        using var upstream = new ScriptedUpstream((request, _) => AnswerKeyed(request));
        using var host = new TestHost(client => client.AddIdempotencyKey(keys => keys.Methods.Remove("POST")).AddRetry(), primary: upstream);

        using var response = await host.Client.PostAsync("/", null, Cancelled);

        upstream.Attempts.Count.Should().Be(1);
    }

    [Fact]
    public async Task Takes_the_budget_of_the_authority_that_answered()
    {
        using var upstream = new ScriptedUpstream((request, _) => Redirected(request));
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.RetryBudgets.Select(budget => budget.Partition).Should().Equal("http://elsewhere.test:80");
    }

    private static TrackedContent Make(List<TrackedContent> bodies)
    {
        bodies.Add(new TrackedContent(new StringContent("body")));
        return bodies[^1];
    }

    // Asking for the length stores it in the headers, as the transport does.
    private static HttpResponseMessage Answer(StringContent content, List<bool> lengths)
    {
        lengths.Add(content.Headers.NonValidated.Contains("Content-Length"));
        return new(content.Headers.ContentLength > 0 && lengths.Count > 1 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
    }

    private static HttpResponseMessage AnswerKeyed(HttpRequestMessage request)
    {
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return new(HttpStatusCode.ServiceUnavailable);
    }

    private static HttpResponseMessage Redirected(HttpRequestMessage request)
    {
        request.RequestUri = new Uri("http://elsewhere.test/");
        return new(HttpStatusCode.ServiceUnavailable);
    }
}
