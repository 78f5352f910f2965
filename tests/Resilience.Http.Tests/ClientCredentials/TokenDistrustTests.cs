namespace Resilience.Http.Tests;

/// <summary>A resource that refuses new tokens too.</summary>
public sealed class TokenDistrustTests : IDisposable
{
    private readonly TokenServers _tokens = new();
    private readonly TestHost _host;

    public TokenDistrustTests() => _host = _tokens.Host();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task For_a_second_after_a_new_token_was_refused_no_call_asks_for_another()
    {
        _tokens.Answer = _ => TokenServers.Unauthorized();
        (await _tokens.CountAsync(() => _host.GetAsync())).Should().Be((2, 2));

        (await _tokens.CountAsync(() => _host.GetAtOnceAsync(10))).Should().Be((0, 10));
        _host.Clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        (await _tokens.CountAsync(() => _host.GetAsync())).Should().Be((0, 1));
        _host.Clock.Advance(TimeSpan.FromTicks(1));
        (await _tokens.CountAsync(() => _host.GetAsync())).Should().Be((1, 2));
    }

    [Fact]
    public async Task A_token_that_is_distrusted_is_sent_all_the_same()
    {
        _tokens.Answer = _ => TokenServers.Unauthorized();
        await _host.GetAsync();
        _tokens.Accept("token-2");

        (await _host.GetAsync()).Should().Be(200);

        _tokens.Sent.Should().Equal("Bearer token-1", "Bearer token-2", "Bearer token-2");
    }

    [Fact]
    public async Task A_second_refusal_that_no_token_mends_is_no_reason_for_distrust()
    {
        _tokens.Answer = request => TokenServers.Unauthorized(request.Headers.Authorization?.Parameter == "token-1" ? null : "Bearer error=\"insufficient_scope\"");
        await _host.GetAsync();
        _tokens.Accept("token-3");

        (await _host.GetAsync()).Should().Be(200);
    }
}
