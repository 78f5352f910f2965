using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Whoever waits when other options come into force goes by them, without anybody else coming along.</summary>
public sealed class WaitersReloadTests : IDisposable
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([
        new("api:TokenBucket:PermitsPerSecond", "0.2"),
        new("api:TokenBucket:MaxQueueTime", "01:00:00"),
        new("api:TokenBucket:Limits:day:Permits", "1"),
        new("api:TokenBucket:Limits:day:Period", "00:00:05"),
        new("api:TokenBucket:Limits:all:Permits", "1"),
        new("api:TokenBucket:Limits:all:Period", "00:00:05"),
        new("api:TokenBucket:Limits:all:IsShared", "true")]).Build();

    private readonly TestHost _host;
    private int _requests;
    private string _retryAfter = "0";

    public WaitersReloadTests()
        => _host = new(
            client => client.AddResilience(_configuration.GetSection("api")).AddTokenBucket(),
            primary: new ScriptedUpstream((_, _) => _requests++ > 0 ? new(HttpStatusCode.OK) : new(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", _retryAfter } } }),
            clock: new());

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("PermitsPerSecond", false)]
    [InlineData("PermitsPerSecond", true)]
    [InlineData("Limits:day:Permits", false)]
    [InlineData("Limits:all:Permits", false)]
    public async Task Are_served_at_the_new_rate(string limit, bool isInBackground)
    {
        foreach (var other in new[] { "PermitsPerSecond", "Limits:day:Permits", "Limits:all:Permits" }.Where(other => other != limit))
            Change(other, "1000");
        await _host.GetAsync();
        var waiting = _host.GetAsync(configure: isInBackground ? request => request.SetBackground() : null);

        Change(limit, "1000");

        (await WaitOfAsync(waiting)).Should().BeLessThan(TimeSpan.FromSeconds(0.1));
    }

    [Theory]
    [InlineData("ObeyServerLimits", "false", 0)]
    [InlineData("MaxServerPause", "00:00:00", 0)]
    [InlineData("MaxServerPause", "00:00:02", 2)]
    [InlineData("MaxServerPause", "00:01:00", 6)]
    public async Task Are_let_go_where_a_pause_is_no_longer_obeyed(string setting, string value, int seconds)
    {
        foreach (var limit in new[] { "PermitsPerSecond", "Limits:day:Permits", "Limits:all:Permits" })
            Change(limit, "1000");
        _retryAfter = "6";
        await _host.GetAsync();
        var waiting = _host.GetAsync();

        Change(setting, value);

        (await WaitOfAsync(waiting)).Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(0.1));
    }

    private async Task<TimeSpan> WaitOfAsync(Task<int> waiting)
    {
        var started = _host.Clock.GetTimestamp();
        (await _host.Clock.AdvanceUntilAsync(waiting)).Should().Be(200);
        return _host.Clock.GetElapsedTime(started);
    }

    private void Change(string setting, string value)
    {
        _configuration[$"api:TokenBucket:{setting}"] = value;
        _configuration.Reload();
    }
}
