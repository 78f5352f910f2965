using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>HttpMessageInvoker, unlike HttpClient, sends a message as often as it is asked to; each time is a call of its own.</summary>
public sealed class ResentMessageTests
{
    private const string Header = "Idempotency-Key";

    private readonly List<string?> _keys = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Has_another_key_for_every_call(bool hasHttpClientToo)
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), primary: Upstream(503, 200, 200));
        if (hasHttpClientToo)
            host.Client.MaxResponseContentBufferSize.Should().BePositive();

        await SendTwiceAsync(host.Invoker, Post());

        _keys.Should().HaveCount(3);
        _keys[1].Should().Be(_keys[0]).And.NotBe(_keys[2]);
    }

    [Fact]
    public void Is_told_from_what_HttpClient_sends()
    {
        using var upstream = Upstream(200);
        using var client = new HttpClient(upstream);
        var (sent, other) = (Post(), Post());

        using var response = client.Send(sent, Cancelled);

        SentMessage.MayBeSentAgain(sent).Should().BeFalse();
        SentMessage.MayBeSentAgain(other).Should().BeTrue();
    }

    [Fact]
    public async Task Has_another_key_where_the_handlers_are_used_without_a_container()
    {
        using var invoker = new HttpMessageInvoker(new IdempotencyKeyHandler(new IdempotencyKeyOptions()) { InnerHandler = new RetryHandler(new RetryOptions()) { InnerHandler = Upstream(200) } });

        await SendTwiceAsync(invoker, Post());

        _keys.Should().OnlyHaveUniqueItems().And.NotContainNulls();
    }

    [Fact]
    public async Task Keeps_the_key_that_was_written_or_chosen_for_it()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(), primary: Upstream(200));
        var (written, chosen) = (Post(), Post());
        written.Headers.Add(Header, "written");
        chosen.SetIdempotencyKey("chosen");

        await SendTwiceAsync(host.Invoker, written);
        await SendTwiceAsync(host.Invoker, chosen);

        _keys.Should().Equal("written", "written", "chosen", "chosen");
    }

    [Fact]
    public async Task Takes_a_key_that_is_chosen_between_two_calls()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(), primary: Upstream(200));
        var request = Post();

        using var first = await host.Invoker.SendAsync(request, Cancelled);
        request.SetIdempotencyKey("second");
        using var second = await host.Invoker.SendAsync(request, Cancelled);
        request.SetIdempotencyKey("third");
        using var third = await host.Invoker.SendAsync(request, Cancelled);

        _keys.Skip(1).Should().Equal("second", "third");
    }

    [Fact]
    public async Task Keeps_its_key_while_a_foreign_handler_within_the_call_sends_it_again()
    {
        using var host = new TestHost(client => client.AddHttpMessageHandler(() => new SendsTwice()).AddIdempotencyKey(), primary: Upstream(200));

        using var response = await host.Invoker.SendAsync(Post(), Cancelled);

        _keys.Should().HaveCount(2);
        _keys[1].Should().Be(_keys[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keeps_its_key_while_a_foreign_handler_around_ours_sends_it_again(bool asksForSomething)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("outer").AddHttpMessageHandler(() => new SendsTwice()).AddResilience().AddIdempotencyKey().ConfigurePrimaryHttpMessageHandler(() => Upstream(200));
        using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("outer");
        using var request = Post();
        if (asksForSomething)
            request.SetTimeout(TimeSpan.FromMinutes(1));

        using var response = await client.SendAsync(request, Cancelled);

        _keys.Should().HaveCount(2).And.NotContainNulls();
        _keys[1].Should().Be(_keys[0]);
    }

    [Fact]
    public async Task Keeps_its_key_while_a_foreign_handler_passes_it_on_to_another_client()
    {
        using var further = new HttpMessageInvoker(StandardPolicies.CreateHandler(Upstream(503, 200), policies => (policies.IdempotencyKey, policies.Retry.MaxRetries) = (new(), 0)));
        using var upstream = new ScriptedUpstream(further.SendAsync);
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), primary: upstream);
        using var request = Post();
        request.SetTimeout(TimeSpan.FromMinutes(1));

        using var response = await host.Invoker.SendAsync(request, Cancelled);

        _keys.Should().HaveCount(2);
        _keys[1].Should().Be(_keys[0]);
    }

    [Theory]
    [InlineData("Idempotency-Key", true)]
    [InlineData("Idempotency-Key", false)]
    [InlineData("Other-Key", true)]
    [InlineData(null, true)]
    public async Task Has_no_key_of_an_earlier_call_by_another_client(string? header, bool isPlain)
    {
        using var first = new TestHost(client => client.AddIdempotencyKey().AddRetry(), primary: Upstream(200));
        string? left = null;
        using var upstream = new ScriptedUpstream((request, _) =>
        {
            left = string.Join(',', request.Headers.NonValidated.Select(sent => sent.Value.ToString()));
            return new(HttpStatusCode.OK);
        });
        using var second = new TestHost(client => (header is null ? client : client.AddIdempotencyKey(key => key.HeaderName = header)).AddRetry(), primary: upstream);
        using var request = Post();
        if (!isPlain)
            request.SetTimeout(TimeSpan.FromMinutes(1));

        using var one = await first.Invoker.SendAsync(request, Cancelled);
        var told = request.GetIdempotencyKey();
        using var two = await second.Invoker.SendAsync(request, Cancelled);

        told.Should().Be(_keys.Single()).And.NotBeNull();
        left.Should().NotContain(told).And.HaveLength(header is null ? 0 : told!.Length);
    }

    [Fact]
    public async Task Keeps_its_key_however_often_a_foreign_handler_passes_it_on_within_its_call()
    {
        using var further = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 0), primary: Upstream(503, 503, 200));
        using var upstream = new ScriptedUpstream(async (request, cancelled) =>
        {
            await Task.Yield();
            return await further.Invoker.SendAsync(request, cancelled);
        });
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), primary: upstream);

        using var response = await host.Invoker.SendAsync(Post(), Cancelled);

        _keys.Should().HaveCount(3).And.AllBe(_keys[0]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Has_neither_report_nor_attempts_of_the_call_before(bool isRegistered)
    {
        using var host = new TestHost(client => client.AddRetry(), primary: Upstream(503, 200, 200));
        using var standalone = new HttpMessageInvoker(new RetryHandler(new RetryOptions { BaseDelay = TimeSpan.Zero }) { InnerHandler = Upstream(503, 200, 200) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        var invoker = isRegistered ? host.Invoker : standalone;

        using var first = await invoker.SendAsync(request, Cancelled);
        var (report, attempts) = (request.GetRetryReport(), request.GetAttempt());
        using var second = await invoker.SendAsync(request, Cancelled);

        (report?.Attempts, attempts).Should().Be((2, 2));
        (request.GetRetryReport()?.Attempts, request.GetAttempt()).Should().Be((null, 1));
    }

    [Fact]
    public async Task Has_a_fresh_body_of_its_factory_for_every_call()
    {
        List<string> bodies = [];
        using var upstream = new ScriptedUpstream(async (request, cancelled) =>
        {
            bodies.Add(await request.Content!.ReadAsStringAsync(cancelled));
            return new(bodies.Count == 1 ? System.Net.HttpStatusCode.ServiceUnavailable : System.Net.HttpStatusCode.OK);
        });
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/");
        var made = 0;
        request.SetContentFactory(() => new StringContent($"{++made}"));

        await SendTwiceAsync(host.Invoker, request);

        bodies.Should().Equal("1", "2", "3");
    }

    [Fact]
    public async Task Is_no_resend_in_the_metrics_of_the_transport()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 1).AddHttpMessageHandler(() => new FailsSecond()), upstream.Url);
        using var measured = new Measurements(host.Inside, "System.Net.Http");
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        await host.Invoker.Awaiting(invoker => invoker.SendAsync(request, Cancelled)).Should().ThrowAsync<HttpRequestException>();
        using var second = await host.Invoker.SendAsync(request, Cancelled);

        measured.Of("http.client.request.duration").Should().HaveCount(2).And.NotContainMatch("*resend_count*");
    }

    private static HttpRequestMessage Post() => new(HttpMethod.Post, "http://upstream.test/");

    private ScriptedUpstream Upstream(params int[] statuses)
    {
        var answers = new Queue<int>(statuses);
        return new((request, _) =>
        {
            _keys.Add(request.GetIdempotencyKey());
            return new((HttpStatusCode)(answers.Count > 1 ? answers.Dequeue() : answers.Peek()));
        });
    }

    private static async Task SendTwiceAsync(HttpMessageInvoker invoker, HttpRequestMessage request)
    {
        using var first = await invoker.SendAsync(request, Cancelled);
        using var second = await invoker.SendAsync(request, Cancelled);
    }

    private sealed class SendsTwice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class FailsSecond : DelegatingHandler
    {
        private int _requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => ++_requests == 2 ? throw new HttpRequestException(HttpRequestError.ConnectionError) : base.SendAsync(request, cancellationToken);
    }
}
