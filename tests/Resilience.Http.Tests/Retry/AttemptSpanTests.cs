using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class AttemptSpanTests
{
    private const string Tag = "http.request.resend_count";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_spans_of_retried_attempts_are_numbered()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);
        using var spans = new Spans("System.Net.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        Counts(spans).Should().Equal("", "1", "2");
    }

    [Fact]
    public async Task So_are_those_of_synchronous_calls()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);
        using var spans = new Spans("System.Net.Http");
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        using var response = await host.SendAsync(request, async: false);

        Counts(spans).Should().Equal("", "1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_is_made_within_a_retry_is_no_retry(bool invoked)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok(), Reply.Status(503), Reply.Ok(), Reply.Ok());
        using var other = new TestHost(client => client.AddTotalTimeout(), upstream.Url);
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new AsksFirst(other, invoked)), upstream.Url);
        using var spans = new Spans("System.Net.Http");

        using var response = await host.Client.GetAsync("/", Cancelled);

        Counts(spans).Should().Equal("", "", "", "1");
    }

    [Fact]
    public async Task The_number_of_the_attempt_can_be_read_during_the_call()
    {
        var numbers = new List<int>();
        var upstream = new ScriptedUpstream((request, _) =>
        {
            numbers.Add(request.GetAttempt());
            return new(numbers.Count < 3 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        });
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);

        using var response = await host.Client.GetAsync("/", Cancelled);

        numbers.Should().Equal(1, 2, 3);
    }

    private static IEnumerable<string> Counts(Spans spans) => spans.All.Select(span => $"{span.GetTagItem(Tag)}");

    private sealed class AsksFirst(TestHost other, bool invoked) : DelegatingHandler
    {
        // Nothing asynchronous is around it, so that whatever it leaves in the context is left there.
        private readonly HttpMessageInvoker _invoker = new(new RetryHandler(new RetryOptions()) { InnerHandler = new SocketsHttpHandler() });

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, request.RequestUri);
            using var asked = await (invoked ? _invoker.SendAsync(question, cancellationToken) : other.Client.SendAsync(question, cancellationToken));
            return await base.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _invoker.Dispose();
            base.Dispose(disposing);
        }
    }
}
