
namespace Resilience.Http.Tests;

/// <summary>What the cache does with a token that was refused when it was new.</summary>
public sealed class TokenCacheDistrustTests
{
    private readonly VirtualClock _clock = new();
    private readonly AccessTokenCache _cache;
    private double? _lifetime;
    private int _issued;

    public TokenCacheDistrustTests() => _cache = new AccessTokenCache(
        () => Task.FromResult(new AccessTokenAnswer { Token = new($"token-{++_issued}", _lifetime, Now, chance: 0, _clock.TimestampFrequency) }),
        _clock);

    private long Now => _clock.GetTimestamp();

    [Fact]
    public async Task A_token_that_was_refused_when_it_was_new_is_not_replaced_at_once()
    {
        var token = (await _cache.GetAsync(Now)).Token!;
        _cache.Distrust(token, Now);

        (await _cache.ReplaceAsync(token, Now)).Should().Be(AccessTokenAnswer.None);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await _cache.ReplaceAsync(token, Now)).Token.Should().NotBe(token);

        _issued.Should().Be(2);
    }

    [Fact]
    public async Task Distrust_of_the_present_token_is_none_of_an_older_ones()
    {
        var old = (await _cache.GetAsync(Now)).Token!;
        var present = (await _cache.ReplaceAsync(old, Now)).Token!;
        _cache.Distrust(present, Now);

        (await _cache.ReplaceAsync(old, Now)).Token.Should().Be(present);
        _cache.Distrust(old, Now);
        (await _cache.ReplaceAsync(present, Now)).Should().Be(AccessTokenAnswer.None);
    }

    [Fact]
    public async Task Distrust_of_a_token_that_was_replaced_comes_too_late()
    {
        var old = (await _cache.GetAsync(Now)).Token!;
        var present = (await _cache.ReplaceAsync(old, Now)).Token!;

        _cache.Distrust(old, Now);

        (await _cache.ReplaceAsync(present, Now)).Token.Should().NotBeNull().And.NotBe(present);
    }

    [Fact]
    public async Task Distrust_ends_with_the_token()
    {
        _lifetime = 0.5;
        _cache.Distrust((await _cache.GetAsync(Now)).Token!, Now);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        var next = (await _cache.GetAsync(Now)).Token!;

        (await _cache.ReplaceAsync(next, Now)).Token.Should().NotBeNull().And.NotBe(next);
    }
}
