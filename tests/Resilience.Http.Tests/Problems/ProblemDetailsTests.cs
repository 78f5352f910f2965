using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Upstreams;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

public sealed class ProblemDetailsTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Throws_what_the_server_says(bool async)
    {
        using var upstream = Answering(403, """{"type":"/problems/out-of-credit","title":"Out of credit","detail":"30, but it costs 50.","balance":30}""");

        var call = async () => await SendAsync(upstream, ProblemDetailsMode.Throw, async);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Should().BeEquivalentTo(new { StatusCode = HttpStatusCode.Forbidden, Kind = OutcomeKind.Forbidden, Attempts = 1, RetryAfter = TimeSpan.FromSeconds(7) });
        thrown.Message.Should().Be("Client '': the server answered 403 Forbidden: Out of credit (https://api.example.org/problems/out-of-credit).");
        thrown.Problem.Should().BeEquivalentTo(new { Detail = "30, but it costs 50.", Status = HttpStatusCode.Forbidden, RetryAfter = TimeSpan.FromSeconds(7) });
        upstream.Disposed.Should().Equal(true);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task Leaves_success_alone(int status)
    {
        using var upstream = Answering(status, "{}");

        using var response = await SendAsync(upstream, ProblemDetailsMode.Throw);

        response.StatusCode.Should().Be((HttpStatusCode)status);
        response.Content.Should().BeOfType<TrackedContent>();
        upstream.Disposed.Should().Equal(false);
    }

    [Fact]
    public async Task Leaves_a_response_alone_that_is_a_problem_already()
    {
        using var upstream = Answering(403, """{"title":"Out of credit","status":499}""");

        using var response = await SendAsync(upstream, ProblemDetailsMode.Respond);

        (await response.Content.ReadAsStringAsync(_cancelled)).Should().Be("""{"title":"Out of credit","status":499}""");
    }

    [Theory]
    [InlineData("text/html", "<h1>Gone fishing</h1>", """{"type":"about:blank","title":"Method Not Allowed","status":405}""")]
    [InlineData("application/problem+json", "[]", """{"type":"about:blank","title":"Method Not Allowed","status":405}""")]
    [InlineData("application/json", """{"type":"urn:a:b","title":"t","x":[1]}""", """{"type":"urn:a:b","title":"t","status":405,"x":[1]}""")]
    [InlineData("application/problem+xml", "<problem xmlns='urn:ietf:rfc:7807'><title>t</title></problem>", """{"type":"about:blank","title":"t","status":405}""")]
    public async Task Makes_a_problem_of_any_other_response(string contentType, string body, string problem)
    {
        using var upstream = Answering(405, body, contentType);

        using var response = await SendAsync(upstream, ProblemDetailsMode.Respond);

        (await response.Content.ReadAsStringAsync(_cancelled)).Should().Be(problem);
        response.Content.Headers.ContentType.Should().Be(new MediaTypeHeaderValue("application/problem+json"));
        response.Content.Headers.ContentLength.Should().Be(problem.Length);
        upstream.Disposed.Should().Equal(true);
    }

    [Fact]
    public async Task Keeps_the_fields_that_are_not_about_the_body_it_replaces()
    {
        using var upstream = Answering(405, "<p>", "text/html");

        using var response = await SendAsync(upstream, ProblemDetailsMode.Respond);

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(7));
        response.Content.Headers.Select(header => header.Key).Should().BeEquivalentTo("Allow", "Content-Type", "Content-Length");
        response.RequestMessage!.RequestUri.Should().Be("https://api.example.org/orders/1");
    }

    [Theory]
    [InlineData(OutcomeKind.Timeout)]
    [InlineData(OutcomeKind.CircuitOpen)]
    [InlineData(OutcomeKind.RateLimited)]
    [InlineData(OutcomeKind.ConnectionFailed)]
    public async Task Throws_failures_without_a_response_in_the_same_form(OutcomeKind kind)
    {
        var failure = new Unsent(kind, TimeSpan.FromSeconds(4.2));
        using var upstream = Throwing(failure);

        var call = async () => await SendAsync(upstream, ProblemDetailsMode.Throw);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.InnerException.Should().BeSameAs(failure);
        thrown.Should().BeEquivalentTo(new { failure.Message, Kind = kind, StatusCode = (HttpStatusCode?)null, RetryAfter = TimeSpan.FromSeconds(4.2) });
        thrown.Problem.Should().BeEquivalentTo(new { Kind = kind, Status = (HttpStatusCode?)null, Type = "about:blank", Detail = failure.Message });
    }

    [Theory]
    [InlineData(OutcomeKind.Timeout, 504, true)]
    [InlineData(OutcomeKind.CircuitOpen, 503, true)]
    [InlineData(OutcomeKind.RateLimited, 429, true)]
    [InlineData(OutcomeKind.ConnectionFailed, 502, true)]
    [InlineData(OutcomeKind.ConnectionFailed, 502, false)]
    public async Task Answers_failures_without_a_response_as_a_gateway_would(OutcomeKind kind, int status, bool async)
    {
        using var upstream = Throwing(new Unsent(kind, TimeSpan.FromSeconds(4.2)));

        using var response = await SendAsync(upstream, ProblemDetailsMode.Respond, async);

        response.StatusCode.Should().Be((HttpStatusCode)status);
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(5));
        response.RequestMessage!.RequestUri.Should().Be("https://api.example.org/orders/1");
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(_cancelled));
        body.RootElement.GetProperty("status").GetInt32().Should().Be(status);
        (await response.ReadProblemDetailsAsync(_cancelled)).Should().BeEquivalentTo(new { Kind = kind, Detail = "Not sent." });
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.ResponseEnded)]
    public async Task Keeps_what_the_network_said(HttpRequestError error)
    {
        using var upstream = Throwing(new HttpRequestException(error, "refused"));

        var call = async () => await SendAsync(upstream, ProblemDetailsMode.Throw);

        var thrown = (await call.Should().ThrowAsync<HttpRequestException>()).Which;
        thrown.Should().BeEquivalentTo(new { HttpRequestError = error, Message = "refused", Kind = OutcomeKind.ConnectionFailed, Attempts = 1 });
    }

    [Fact]
    public async Task Says_nothing_of_a_wait_that_nobody_asked_for()
    {
        using var upstream = Throwing(new TaskCanceledException("connect", new TimeoutException()));

        using var response = await SendAsync(upstream, ProblemDetailsMode.Respond);

        response.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
        response.Headers.RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task Lets_faults_of_the_request_pass()
    {
        var fault = new InvalidOperationException("no such token");
        using var upstream = Throwing(fault);

        var call = async () => await SendAsync(upstream, ProblemDetailsMode.Respond);

        (await call.Should().ThrowAsync<InvalidOperationException>()).Which.Should().BeSameAs(fault);
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw)]
    [InlineData(ProblemDetailsMode.Respond)]
    public async Task Lets_the_cancellation_of_the_caller_pass(ProblemDetailsMode mode)
    {
        using var caller = new CancellationTokenSource();
        using var upstream = new StubHandler(async (_, cancelled) =>
        {
            await caller.CancelAsync();
            await new TaskCompletionSource().Task.WaitAsync(cancelled);
            return new HttpResponseMessage();
        });

        var call = async () => await SendAsync(upstream, mode, cancellationToken: caller.Token);

        await call.Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw)]
    [InlineData(ProblemDetailsMode.Respond)]
    public async Task Lets_go_of_a_response_whose_reading_the_caller_gives_up(ProblemDetailsMode mode)
    {
        using var caller = new CancellationTokenSource();
        using var body = new TrickleStream([], failure: null, hangs: true);
        using var upstream = new StubHandler((_, _) => Failed(500, new TrickleContent(body)));
        using var handler = Handler(upstream, mode);
        using var invoker = new HttpMessageInvoker(handler);

        var call = invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://api.example.org/orders/1"), caller.Token);
        await caller.CancelAsync();

        (await call.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        upstream.Disposed.Should().Equal(true);
    }

    [Fact]
    public async Task Reads_no_body_when_told_to_read_none()
    {
        using var upstream = Answering(403, """{"title":"Out of credit"}""");

        using var handler = new ProblemDetailsHandler(new ProblemDetailsOptions { MaxBodyBytes = 0 }) { InnerHandler = upstream };
        using var client = new HttpClient(handler);

        var call = () => client.GetAsync("https://api.example.org/", _cancelled);

        (await call.Should().ThrowAsync<ProblemDetailsException>()).Which.Problem.Title.Should().Be("Forbidden");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_added_to_a_client_by_name(bool async)
    {
        using var upstream = WireMockServer.Start();
        upstream.Given(Request.Create()).RespondWith(Response.Create()
            .WithStatusCode(409).WithHeader("Content-Type", "application/problem+json").WithBody("""{"type":"/problems/taken","title":"Taken"}"""));
        await using var services = Services(client => client.AddProblemDetails());
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        var call = async () => await SendAsync(client, $"{upstream.Url}/orders/1", async, _cancelled);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Message.Should().Be($"Client 'orders': the server answered 409 Conflict: Taken ({upstream.Url}/problems/taken).");
        services.GetRequiredService<ResilientClients>()["orders"].ToString().Should().Be("orders: ProblemDetails (Throw)");
    }

    [Theory]
    [InlineData(OutcomeKind.Unavailable, 3)]
    [InlineData(OutcomeKind.ConnectionFailed, 3)]
    [InlineData(OutcomeKind.CircuitOpen, 0)]
    [InlineData(OutcomeKind.NotFound, 1)]
    public async Task Counts_the_attempts_that_it_stands_for(OutcomeKind kind, int attempts)
    {
        using var upstream = kind switch
        {
            OutcomeKind.Unavailable => new StubHandler(503),
            OutcomeKind.NotFound => new StubHandler(404),
            OutcomeKind.CircuitOpen => Throwing(new Unsent(kind, TimeSpan.Zero)),
            _ => Throwing(new HttpRequestException(HttpRequestError.ConnectionError)),
        };
        using var retry = new RetryHandler(new RetryOptions { MaxRetries = 2, BaseDelay = TimeSpan.Zero }) { InnerHandler = upstream };
        using var client = new HttpClient(Handler(retry, ProblemDetailsMode.Throw));

        var call = () => client.GetAsync("https://api.example.org/", _cancelled);

        (await call.Should().ThrowAsync<ProblemDetailsException>()).Which.Should().BeEquivalentTo(new { Kind = kind, Attempts = attempts });
    }

    [Fact]
    public async Task Answers_for_a_server_that_is_not_there()
    {
        using var handler = Handler(new SocketsHttpHandler(), ProblemDetailsMode.Respond);
        using var client = new HttpClient(handler);

        using var response = await client.GetAsync(RawUpstream.RefusedUrl(), _cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        (await response.ReadProblemDetailsAsync(_cancelled))!.Kind.Should().Be(OutcomeKind.ConnectionFailed);
    }

    private static ServiceProvider Services(Action<IResilientHttpClientBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddResilientHttpClient("orders"));
        return services.BuildServiceProvider();
    }

    private static StubHandler Answering(int status, string body, string contentType = "application/problem+json")
        => new((_, _) =>
        {
            var response = Failed(status, new StringContent(body));
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            return response;
        });

    private static HttpResponseMessage Failed(int status, HttpContent content)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        response.Headers.TryAddWithoutValidation("Retry-After", "7");
        content.Headers.TryAddWithoutValidation("Content-Type", "application/problem+json");
        content.Headers.TryAddWithoutValidation("Content-Language", "en");
        content.Headers.TryAddWithoutValidation("Allow", "GET");
        return response;
    }

    private static StubHandler Throwing(Exception failure) => new((_, _) => Task.FromException<HttpResponseMessage>(failure));

    private static ProblemDetailsHandler Handler(HttpMessageHandler upstream, ProblemDetailsMode mode)
        => new(new ProblemDetailsOptions { Mode = mode }) { InnerHandler = upstream };

    private async Task<HttpResponseMessage> SendAsync(
        StubHandler upstream, ProblemDetailsMode mode, bool async = true, CancellationToken? cancellationToken = null)
    {
        using var client = new HttpClient(Handler(upstream, mode), disposeHandler: false);
        return await SendAsync(client, "https://api.example.org/orders/1", async, cancellationToken ?? _cancelled);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string url, bool async, CancellationToken cancelled)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return async ? await client.SendAsync(request, cancelled) : Send(client, request, cancelled);
    }

    private static HttpResponseMessage Send(HttpClient client, HttpRequestMessage request, CancellationToken cancelled) => client.Send(request, cancelled);
}
