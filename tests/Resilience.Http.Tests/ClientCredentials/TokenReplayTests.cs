using System.Net;

namespace Resilience.Http.Tests;

/// <summary>What comes of a 401.</summary>
public sealed class TokenReplayTests : IDisposable
{
    private readonly TokenServers _tokens = new();
    private readonly TestHost _host;

    public TokenReplayTests() => _host = _tokens.Host();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task What_is_always_refused_is_sent_twice_and_returned()
    {
        await _host.GetAsync();
        _tokens.Answer = _ => TokenServers.Unauthorized();

        var counted = await _tokens.CountAsync(async () => (await _host.GetAsync()).Should().Be(401));

        counted.Should().Be((1, 2));
        _tokens.Resource.Attempts[1].IsResponseDisposed.Should().BeTrue();
    }

    [Theory]
    [InlineData("Bearer error=\"insufficient_scope\"")]
    [InlineData("Basic realm=\"staff\"")]
    [InlineData("DPoP error=\"use_dpop_nonce\"")]
    public async Task A_refusal_that_no_token_mends_is_returned(string challenge)
    {
        await _host.GetAsync();
        _tokens.Answer = _ => TokenServers.Unauthorized(challenge);

        var counted = await _tokens.CountAsync(async () => (await _host.GetAsync()).Should().Be(401));

        counted.Should().Be((0, 1));
    }

    [Fact]
    public async Task A_message_that_is_sent_as_another_call_is_sent_twice_again()
    {
        _tokens.Answer = _ => TokenServers.Unauthorized();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");

        using var first = await _host.SendAsync(request);
        _host.Clock.Advance(TimeSpan.FromHours(1));
        using var second = await _host.SendAsync(request);

        _tokens.Resource.Attempts.Count.Should().Be(4);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_inner_handlers_add_is_there_once(bool hasBody, bool isMade)
    {
        var tokens = new TokenServers();
        tokens.Accept("token-2");
        using var host = tokens.Host(inside: () => new Signs());
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://upstream.test/orders") { Content = hasBody && !isMade ? new StringContent("body") : null };
        if (isMade)
            request.SetContentFactory(() => new StringContent("body"));
        request.Headers.Add("X-Caller", "its own");

        using var response = await host.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        tokens.Resource.Attempts.Should().HaveCount(2);
        foreach (var attempt in tokens.Resource.Attempts)
            (attempt.Path, attempt.Header("X-Nonce"), attempt.Header("X-Caller"), attempt.Header("X-Digest")).Should().Be(("/orders?sig=1", $"n{attempt.Number}", "its own", hasBody ? "digest" : null));
    }

    [Fact]
    public async Task Forbidden_is_returned()
    {
        await _host.GetAsync();
        _tokens.Answer = _ => new(HttpStatusCode.Forbidden);

        var counted = await _tokens.CountAsync(async () => (await _host.GetAsync()).Should().Be(403));

        counted.Should().Be((0, 1));
    }

    [Fact]
    public async Task The_refusal_is_returned_if_there_is_no_other_token()
    {
        await _host.GetAsync();
        _tokens.Answer = _ => TokenServers.Unauthorized();
        _tokens.Issuer.Answer = _ => TokenIssuer.Json(400, """{"error":"invalid_client"}""");

        var counted = await _tokens.CountAsync(async () => (await _host.GetAsync()).Should().Be(401));

        counted.Should().Be((1, 1));
        _tokens.Resource.Attempts[1].IsResponseDisposed.Should().BeTrue("the client buffered it, and the caller disposed it");
    }

    [Fact]
    public async Task A_caller_that_leaves_during_the_replacement_disposes_the_refusal_and_leaves_the_token_to_others()
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _tokens.Issuer.Gate = gate.Task;
        using var gone = new CancellationTokenSource();

        var leaving = _host.GetAsync(cancelled: gone.Token);
        leaving.IsCompleted.Should().BeFalse();
        await gone.CancelAsync();
        await leaving.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>();
        gate.SetResult();

        _tokens.Resource.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true, true);
        (await _host.GetAsync()).Should().Be(200);
        _tokens.Issuer.Requests.Should().Be(2);
    }

    private sealed class Signs : DelegatingHandler
    {
        private int _sent;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Nonce", $"n{++_sent}");
            request.Content?.Headers.Add("X-Digest", "digest");
            request.RequestUri = new($"{request.RequestUri}{(request.RequestUri!.Query.Length > 0 ? "&" : "?")}sig=1");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
