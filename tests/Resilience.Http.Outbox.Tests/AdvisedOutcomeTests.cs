using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Answers that say in their body, or in a field, that they are not what their status says: a limit has rejected the call, and nothing was done.</summary>
public sealed class AdvisedOutcomeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, "THROTTLED", OutboxState.Waiting)]
    [InlineData(200, "INTERNAL_SERVER_ERROR", OutboxState.Waiting)]
    [InlineData(200, "ACCESS_DENIED", OutboxState.Declined)]
    [InlineData(403, "THROTTLED", OutboxState.Waiting)]
    public async Task Is_what_the_client_made_of_it(int status, string code, OutboxState state)
    {
        using var server = new PayServer(number => number > 0 ? new() : new((HttpStatusCode)status)
        {
            Content = new StringContent($"{{\"errors\":[\"{code}\"]}}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        });
        await using var host = new PayHost(server, inner: client => client.AddRetry(retry => retry.MaxRetries = 0).AddAdvice(new GraphQLCodes()));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(path: "/graphql.json"), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        (await host.FindAsync(receipt)).State.Should().Be(state);
    }

    [Theory]
    [InlineData(407)]
    [InlineData(421)]
    public async Task Is_no_final_answer_of_a_server_that_the_call_has_not_reached(int status)
    {
        using var server = new PayServer(number => new((HttpStatusCode)(number < 2 ? status : 200)));
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1), rounds: 3);

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Theory]
    [InlineData("proxy")]
    [InlineData("token endpoint")]
    public async Task Is_no_answer_of_the_server_if_another_one_gave_it(string other)
    {
        using var server = new PayServer(number => number > 0 ? new() : throw (other == "proxy"
            ? new HttpRequestException(HttpRequestError.ProxyTunnelError, "no way", null, HttpStatusCode.Forbidden)
            : new AccessTokenException("pay", "https://login.test/token", "the answer was 400, invalid_client", statusCode: HttpStatusCode.BadRequest)));
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    // A handler inside the outbox that fetches a token, and has EnsureSuccessStatusCode throw what the token endpoint says.
    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(410)]
    [InlineData(501)]
    [InlineData(503)]
    public async Task Is_no_answer_of_the_server_if_nothing_has_left(int status)
    {
        using var server = new PayServer(200);
        var handler = new Throws(number => number == 0 ? new HttpRequestException("no token", null, (HttpStatusCode)status) : null);
        await using var host = new PayHost(server, inner: client => client.AddHttpMessageHandler(() => handler));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        var meanwhile = await host.FindAsync(receipt);
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        meanwhile.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.FirstSentAt == null);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Is_no_answer_of_the_server_if_the_attempt_that_it_answered_was_another()
    {
        using var server = new PayServer(503, 200);
        var handler = new Throws(number => number == 1 ? new HttpRequestException("no token", null, HttpStatusCode.Forbidden) : null);
        await using var host = new PayHost(
            server, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.FromMilliseconds(1))).AddHttpMessageHandler(() => handler));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Waiting);
    }

    [Fact]
    public async Task Is_that_of_the_server_though_a_handler_threw_it()
    {
        using var server = new PayServer(422);
        await using var host = new PayHost(server, inner: client => client.AddHttpMessageHandler(() => new Ensures()));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Declined);
    }

    [Fact]
    public async Task Is_tried_again_if_the_server_says_that_this_helps()
    {
        using var server = new PayServer(number => number > 0 ? new() : new(HttpStatusCode.BadRequest) { Headers = { { "Stripe-Should-Retry", "true" } } });
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    private sealed class Ensures : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => (await base.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }

    private sealed class Throws(Func<int, Exception?> failure) : DelegatingHandler
    {
        private int _number = -1;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => failure(Interlocked.Increment(ref _number)) is { } thrown ? Task.FromException<HttpResponseMessage>(thrown) : base.SendAsync(request, cancellationToken);
    }

    private sealed class GraphQLCodes : IAdviceReader
    {
        public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "application/json";

        public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice) => body switch
        {
            _ when body.Contains("THROTTLED", StringComparison.Ordinal) => (advice ?? new()) with { IsThrottled = true },
            _ when body.Contains("INTERNAL", StringComparison.Ordinal) => (advice ?? new()) with { Kind = OutcomeKind.ServerError },
            _ => (advice ?? new()) with { Kind = OutcomeKind.Forbidden },
        };
    }
}
