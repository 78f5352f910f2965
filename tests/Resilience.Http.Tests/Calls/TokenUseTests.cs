using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>In real time, as only the system's clock has its attempts pooled: handlers of others that go on using the token of an attempt.</summary>
public sealed class TokenUseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, HttpMessageHandler, bool> Chains => new()
    {
        { "the transport", new SocketsHttpHandler(), true },
        { "the transport by its other name", new HttpClientHandler(), true },
        { "one of ours", new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = new SocketsHttpHandler() }, true },
        { "somebody else's", new KeepsToken() { InnerHandler = new SocketsHttpHandler() }, false },
        { "somebody else's further in", new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = new KeepsToken() { InnerHandler = new SocketsHttpHandler() } }, false },
        { "a policy of one's own", new OwnPolicy() { InnerHandler = new SocketsHttpHandler() }, false },
        { "a policy of one's own that is done with it", new DonePolicy() { InnerHandler = new SocketsHttpHandler() }, true },
        { "a policy of one's own around somebody else's", new DonePolicy() { InnerHandler = new KeepsToken() { InnerHandler = new SocketsHttpHandler() } }, false },
        { "a transport of one's own", new ScriptedUpstream(200), false },
        { "one derived from the transport", new Derived(), false },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public void Ends_with_the_response_where_all_are_known(string chain, HttpMessageHandler handler, bool expected)
        => KnownHandlers.Follow(handler).Should().Be(expected, "it is {0}", chain);

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    public async Task Is_never_used_again_where_somebody_elses_handler_has_seen_it(string method, int status)
    {
        HashSet<CancellationToken> tokens = [];
        using var host = new TestHost(
            client => client.AddRetry().AddAttemptTimeout().AddHttpMessageHandler(() => new SeesToken(tokens)),
            primary: new ScriptedUpstream((_, _) => new((HttpStatusCode)status) { Content = new StringContent("whole") }),
            inRealTime: true);

        for (var i = 0; i < 20; i++)
            using (await host.Client.SendAsync(new(new(method), "/"), Cancelled))
                tokens.Should().NotBeEmpty();

        tokens.Count.Should().Be(20);
    }

    [Fact]
    public async Task A_body_that_is_searched_for_advice_and_goes_on_is_not_cancelled_by_another_call()
    {
        using var host = new TestHost(
            client => client.AddAttemptTimeout(TimeSpan.FromMilliseconds(200)).AddGitHubAdvice().AddHttpMessageHandler(() => new KeepsToken()),
            primary: new ScriptedUpstream((request, cancelled) => AnswerAsync(request, HttpStatusCode.Forbidden, new('x', 200_000), cancelled)),
            inRealTime: true);

        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await host.Client.Awaiting(client => client.GetAsync("/slow", Cancelled)).Should().ThrowAsync<AttemptTimeoutException>();

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().HaveLength(200_000);
    }

    [Fact]
    public async Task A_body_that_is_read_later_is_not_cancelled_by_the_timeout_of_another_call()
    {
        using var host = new TestHost(client => client.AddAttemptTimeout(TimeSpan.FromMilliseconds(200)).AddHttpMessageHandler(() => new KeepsToken()), primary: new ScriptedUpstream((request, cancelled) => AnswerAsync(request, HttpStatusCode.OK, "whole", cancelled)), inRealTime: true);

        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await host.Client.Awaiting(client => client.GetAsync("/slow", Cancelled)).Should().ThrowAsync<AttemptTimeoutException>();

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    private static async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, HttpStatusCode status, string body, CancellationToken cancelled)
    {
        if (request.RequestUri!.AbsolutePath == "/slow")
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
        return new(status) { Content = new StringContent(body) };
    }

    private sealed class KeepsToken : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            response.Content = new StreamContent(new Guarded(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken));
            return response;
        }
    }

    private sealed class SeesToken(HashSet<CancellationToken> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(cancellationToken);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Derived : HttpClientHandler;

    private sealed class Guarded(Stream inner, CancellationToken token) : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            token.ThrowIfCancellationRequested();
            return inner.ReadAsync(buffer, cancellationToken);
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            token.ThrowIfCancellationRequested();
            return inner.CopyToAsync(destination, bufferSize, cancellationToken);
        }
    }

    private class OwnPolicy() : PolicyHandler(new())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
            => SendInnerAsync(request, attempt, cancellationToken);
    }

    private sealed class DonePolicy : OwnPolicy, IKnownHandler;
}
