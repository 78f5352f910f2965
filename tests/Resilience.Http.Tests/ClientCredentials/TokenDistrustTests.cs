namespace Resilience.Http.Tests;

/// <summary>A resource that refuses new tokens too.</summary>
public sealed class TokenDistrustTests : IDisposable
{
    private readonly TokenBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task For_a_second_after_a_new_token_was_refused_no_call_asks_for_another()
    {
        _bench.Answer = _ => TokenBench.Unauthorized();
        (await _bench.CountAsync(() => _bench.GetAsync())).Should().Be((2, 2));

        (await _bench.CountAsync(() => _bench.GetAtOnceAsync(10))).Should().Be((0, 10));
        _bench.Clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        (await _bench.CountAsync(() => _bench.GetAsync())).Should().Be((0, 1));
        _bench.Clock.Advance(TimeSpan.FromTicks(1));
        (await _bench.CountAsync(() => _bench.GetAsync())).Should().Be((1, 2));
    }

    [Fact]
    public async Task A_token_that_is_distrusted_is_sent_all_the_same()
    {
        _bench.Answer = _ => TokenBench.Unauthorized();
        await _bench.GetAsync();
        _bench.Accept("token-2");

        (await _bench.GetAsync()).Should().Be(200);

        _bench.Sent.Should().Equal("Bearer token-1", "Bearer token-2", "Bearer token-2");
    }

    [Fact]
    public async Task A_second_refusal_that_no_token_mends_is_no_reason_for_distrust()
    {
        _bench.Answer = request => TokenBench.Unauthorized(request.Headers.Authorization?.Parameter == "token-1" ? null : "Bearer error=\"insufficient_scope\"");
        await _bench.GetAsync();
        _bench.Accept("token-3");

        (await _bench.GetAsync()).Should().Be(200);
    }
}
