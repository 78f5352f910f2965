using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A pause concerns the authority that asked for it, and whoever runs the client has the last word about it.</summary>
public sealed class ServerPauseTests : IDisposable
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder()
        .AddInMemoryCollection([new("api:TokenBucket:PermitsPerSecond", "100"), new("api:TokenBucket:Burst", "2000")]).Build();

    private readonly TestHost _host;
    private (int Status, string Field, string Value) _answer = (429, "Retry-After", "30");

    public ServerPauseTests()
        => _host = new(
            client => client.AddResilience(_configuration.GetSection("api")).AddTokenBucket(),
            primary: new ScriptedUpstream((request, _) => request.RequestUri!.Host == "b.test" ? new(HttpStatusCode.OK) : Answer()),
            clock: new());

    private TokenBucketStatus Status => _host.Inside.TokenBuckets.Single();

    private DateTimeOffset? PausedUntil => Status.PausedUntil;

    [Fact]
    public async Task Silences_one_authority_of_a_bucket_that_several_share()
    {
        await _host.GetAsync("http://a.test/");

        (await _host.GetAsync("http://b.test/")).Should().Be(200);
        (await _host.GetAsync("https://b.test/")).Should().Be(200);
        (await Record.ExceptionAsync(() => _host.GetAsync("http://a.test/other"))).Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.PausedByServer);
        Status.Pauses.Select(pause => pause.ToString()).Should().Equal("http://a.test:80: until 2026-11-21 12:00:30Z");
    }

    [Fact]
    public async Task Is_measured_from_its_beginning_however_often_it_is_shortened()
    {
        _answer = (429, "Retry-After", "3600");
        await _host.GetAsync("http://a.test/");

        await ShortenAsync(after: 50, "00:10:00");
        await ShortenAsync(after: 10, "00:01:30");

        PausedUntil.Should().Be(TestHost.Start.AddSeconds(90));
    }

    [Fact]
    public async Task Can_be_ended()
    {
        await _host.GetAsync("http://a.test/");
        var pause = Status.Pauses.Single();

        pause.End();

        (pause.Until, Status.Pauses.Count, pause.ToString()).Should().Be((null, 0, "http://a.test:80: over"));
        _answer = (200, "Server", "x");
        (await _host.GetAsync("http://a.test/")).Should().Be(200);
    }

    [Fact]
    public async Task Lets_those_who_wait_go_when_it_is_ended()
    {
        _answer = (429, "Retry-After", "9");
        await _host.GetAsync("http://a.test/");
        var waiting = _host.GetAsync("http://a.test/");
        _answer = (200, "Server", "x");

        Status.Pauses.Single().End();

        (await waiting).Should().Be(200);
        _host.Clock.GetUtcNow().Should().Be(TestHost.Start);
    }

    [Fact]
    public async Task Is_ended_by_options_that_forbid_it()
    {
        await _host.GetAsync("http://a.test/");

        Reload("ObeyServerLimits", "false");

        (await _host.GetAsync("http://a.test/")).Should().Be(429);
        PausedUntil.Should().BeNull();
    }

    [Fact]
    public async Task Is_shortened_by_options_that_allow_less()
    {
        await _host.GetAsync("http://a.test/");

        Reload("MaxServerPause", "00:00:12");
        var rejected = await Record.ExceptionAsync(() => _host.GetAsync("http://a.test/"));

        rejected.Should().BeOfType<RateLimitedException>().Which.RetryAfter.Should().Be(TimeSpan.FromSeconds(12));
        PausedUntil.Should().Be(TestHost.Start.AddSeconds(12));
    }

    [Theory]
    [InlineData("RateLimit", "\"x\";r=0;t=999999", 60)]
    [InlineData("RateLimit", "\"x\";r=0;t=5", 5)]
    public async Task Lasts_a_minute_at_most_where_no_rejection_proves_the_limit(string field, string value, int seconds)
    {
        _answer = (200, field, value);

        await _host.GetAsync("http://a.test/");

        PausedUntil.Should().Be(TestHost.Start.AddSeconds(seconds));
    }

    [Fact]
    public async Task Lasts_as_long_as_a_rejection_asks_within_the_options()
    {
        _answer = (429, "RateLimit", "\"x\";r=0;t=999999");

        await _host.GetAsync("http://a.test/");

        PausedUntil.Should().Be(TestHost.Start.AddHours(1));
    }

    [Fact]
    public async Task Is_kept_for_a_thousand_authorities_at_most()
    {
        for (var i = 0; i < 1010; i++)
            await _host.GetAsync($"http://a{i}.test/");

        Status.Pauses.Should().HaveCount(1000);
        (await Record.ExceptionAsync(() => _host.GetAsync("http://a1009.test/"))).Should().BeOfType<RateLimitedException>();
    }

    [Fact]
    public async Task Leaves_nothing_behind_once_it_is_over()
    {
        for (var i = 0; i < 10; i++)
            await _host.GetAsync($"http://a{i}.test/");
        _host.Clock.Advance(TimeSpan.FromSeconds(31));
        _answer = (200, "Server", "x");

        for (var i = 0; i < 10; i++)
            (await _host.GetAsync($"http://a{i}.test/")).Should().Be(200);

        Status.Pauses.Should().BeEmpty();
    }

    public void Dispose() => _host.Dispose();

    private HttpResponseMessage Answer() => new((HttpStatusCode)_answer.Status) { Headers = { { _answer.Field, _answer.Value } } };

    private async Task ShortenAsync(int after, string longest)
    {
        _host.Clock.Advance(TimeSpan.FromSeconds(after));
        Reload("MaxServerPause", longest);
        (await Record.ExceptionAsync(() => _host.GetAsync("http://a.test/"))).Should().BeOfType<RateLimitedException>();
    }

    private void Reload(string key, string value)
    {
        _configuration[$"api:TokenBucket:{key}"] = value;
        _configuration.Reload();
    }
}
