
namespace Resilience.Http.Tests;

public sealed class TokenCacheTests
{
    private readonly VirtualClock _clock = new();
    private readonly AccessTokenCache _cache;
    private double? _lifetime;
    private int _requests;
    private AccessTokenFailure? _failure;

    public TokenCacheTests() => _cache = new AccessTokenCache(Request, _clock);

    private long Now => _clock.GetTimestamp();

    [Fact]
    public async Task Keeps_a_token_until_it_is_refused_if_nobody_said_how_long_it_lives()
    {
        _cache.Find(Now).Should().BeNull();
        var token = (await _cache.GetAsync(Now)).Token;
        _clock.Advance(TimeSpan.FromDays(4000));

        _cache.Find(Now).Should().NotBeNull().And.Be(token);
    }

    [Fact]
    public async Task Renews_in_time_while_the_old_token_still_serves()
    {
        var old = (await GetAsync(lifetime: 1000)).Token!;
        _clock.Advance(TimeSpan.FromSeconds(899));
        _cache.Find(Now).Should().Be(old);
        _requests.Should().Be(1);
        _clock.Advance(TimeSpan.FromSeconds(1));

        _cache.Find(Now).Should().Be(old);
        await _cache.ReplaceAsync(old, Now);

        _requests.Should().Be(2);
        _cache.Find(Now).Should().NotBeNull().And.NotBe(old);
    }

    [Fact]
    public async Task Asks_in_nobodys_context()
    {
        var (context, seen) = (new AsyncLocal<string?> { Value = "the first caller's" }, "never asked");
        var cache = new AccessTokenCache(
            () =>
            {
                seen = context.Value;
                return Task.FromResult(AccessTokenAnswer.None);
            },
            _clock);

        await cache.GetAsync(Now);

        seen.Should().BeNull();
    }

    [Fact]
    public async Task An_expired_token_is_never_found()
    {
        await GetAsync(lifetime: 1000);

        _clock.Advance(TimeSpan.FromSeconds(1000));

        _cache.Find(Now).Should().BeNull();
    }

    [Fact]
    public async Task A_failure_to_renew_leaves_the_old_token_in_use()
    {
        var old = (await GetAsync(lifetime: 1000)).Token!;
        _failure = new();
        _clock.Advance(TimeSpan.FromSeconds(950));
        _cache.Find(Now);
        while (Volatile.Read(ref _requests) < 2)
            await Task.Yield();

        _cache.Find(Now).Should().Be(old);
    }

    [Fact]
    public async Task A_failure_is_answered_from_memory_for_a_second()
    {
        _failure = new();
        await _cache.GetAsync(Now);
        (await _cache.GetAsync(Now)).Failure.Should().Be(_failure);
        _requests.Should().Be(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _failure = null;

        (await _cache.GetAsync(Now)).Token.Should().NotBeNull();
        _requests.Should().Be(2);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(20, 20)]
    [InlineData(3600, 60)]
    public async Task A_failure_lasts_as_long_as_the_server_asks_within_bounds(int asked, int seconds)
    {
        _failure = new(RetryAfter: TimeSpan.FromSeconds(asked));
        await _cache.GetAsync(Now);

        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await _cache.GetAsync(Now);
        _requests.Should().Be(1);
        _clock.Advance(TimeSpan.FromTicks(1));
        await _cache.GetAsync(Now);

        _requests.Should().Be(2);
    }

    [Fact]
    public async Task A_request_that_breaks_does_not_stop_the_next()
    {
        var requests = 0;
        var cache = new AccessTokenCache(() => ++requests == 1 ? throw new InvalidOperationException() : Request(), _clock);
        await cache.Awaiting(broken => broken.GetAsync(Now)).Should().ThrowAsync<InvalidOperationException>();

        (await cache.GetAsync(Now)).Token.Should().NotBeNull();
    }

    private async Task<AccessTokenAnswer> GetAsync(double lifetime)
    {
        _lifetime = lifetime;
        return await _cache.GetAsync(Now);
    }

    private Task<AccessTokenAnswer> Request()
    {
        var number = Interlocked.Increment(ref _requests);
        return Task.FromResult(_failure is { } failure
            ? new AccessTokenAnswer { Failure = failure }
            : new AccessTokenAnswer { Token = new($"token-{number}", _lifetime, Now, chance: 0, _clock.TimestampFrequency) });
    }
}
