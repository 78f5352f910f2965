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
}
