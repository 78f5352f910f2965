using System.Net;

namespace Resilience.Http.Tests;

/// <summary>A path that rejects every token, /odd, among others that accept them.</summary>
public sealed class TokenPathTests : IDisposable
{
    private readonly TokenServers _tokens = new();
    private readonly TestHost _host;

    public TokenPathTests()
    {
        _tokens.Answer = request => request.RequestUri!.AbsolutePath is "/odd" ? TokenServers.Unauthorized(challenge: null) : new(HttpStatusCode.OK);
        _host = _tokens.Host();
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_token_of_the_others_survives_a_token_endpoint_that_fails()
    {
        await _host.GetAsync("/fine");
        _tokens.Issuer.Answer = _ => TokenIssuer.Json(429, "{}");

        (await _host.GetAsync("/odd")).Should().Be(401);
        (await _host.GetAsync("/fine")).Should().Be(200);

        _tokens.Sent.Should().OnlyContain(sent => sent == "Bearer token-1");
    }

    [Fact]
    public async Task The_old_token_serves_until_the_new_one_is_there()
    {
        await _host.GetAsync("/fine");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _tokens.Issuer.Gate = gate.Task;

        var odd = _host.GetAsync("/odd");
        var fine = _host.GetAsync("/fine");
        gate.SetResult();

        (await Task.WhenAll(odd, fine)).Should().Equal(401, 200);
        _tokens.Sent.Should().Equal("Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    [Fact]
    public async Task No_more_tokens_are_requested_for_a_path_that_rejects_new_ones_too()
    {
        await _host.GetAsync("/fine");
        await _host.GetAsync("/odd");

        var counted = await _tokens.CountAsync(async () =>
        {
            for (var call = 0; call < 10; call++)
            {
                _host.Clock.Advance(TimeSpan.FromSeconds(20));
                (await _host.GetAsync("/odd?call")).Should().Be(401);
            }
        });

        counted.Should().Be((0, 10));
    }

    [Fact]
    public async Task A_path_that_accepts_a_token_again_is_trusted_again()
    {
        await _host.GetAsync("/fine");
        await _host.GetAsync("/odd");
        _host.Clock.Advance(TimeSpan.FromSeconds(2));
        _tokens.Accept("token-2");
        await _host.GetAsync("/odd");
        _tokens.Accept("token-3");

        (await _host.GetAsync("/odd")).Should().Be(200);
    }

    [Fact]
    public async Task What_another_path_rejects_is_found_out_all_the_same()
    {
        await _host.GetAsync("/fine");
        await _host.GetAsync("/odd");
        _host.Clock.Advance(TimeSpan.FromSeconds(2));
        _tokens.Accept("token-3");

        (await _host.GetAsync("/fine")).Should().Be(200);
    }

    [Fact]
    public async Task An_answer_from_where_a_redirect_led_without_the_token_proves_nothing()
    {
        _tokens.Answer = request =>
        {
            if (request.RequestUri!.AbsolutePath is not "/moved")
                return TokenServers.Unauthorized();

            request.Headers.Authorization = null;
            return new(HttpStatusCode.OK);
        };
        await _host.GetAsync("/moved");
        await _host.GetAsync("/fine");
        _host.Clock.Advance(TimeSpan.FromSeconds(2));
        _tokens.Accept("token-3");

        (await _host.GetAsync("/fine")).Should().Be(200);
    }

    // Its token was revoked, and the next one was no good either.
    [Fact]
    public async Task What_the_path_itself_has_accepted_before_says_nothing_of_others()
    {
        await _host.GetAsync("/fine");
        _tokens.Accept("token-3");
        await _host.GetAsync("/fine");
        _host.Clock.Advance(TimeSpan.FromSeconds(2));

        (await _host.GetAsync("/fine")).Should().Be(200);
    }

    [Fact]
    public async Task A_new_token_that_is_the_old_one_is_not_tried()
    {
        await _host.GetAsync("/fine");
        _tokens.Issuer.Answer = _ => TokenIssuer.Token("token-1", "3600");

        var counted = await _tokens.CountAsync(() => _host.GetAsync("/odd"));

        counted.Should().Be((1, 1));
    }
}
