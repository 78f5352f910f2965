using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Who waits until a pause is over goes on when it is, for whatever reason.</summary>
public sealed class HeldAttemptsTests : IAsyncDisposable
{
    private const string Authority = "https://shop.example:443";

    private readonly VirtualClock _clock = new();
    private readonly InMemoryQuotaStore _store;
    private readonly IConfigurationRoot _settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "1000")]).Build();
    private readonly Instance _instance;
    private int _requests;

    public HeldAttemptsTests()
    {
        _store = new(_clock);
        _instance = new(_clock, _store, script: answers => answers.Answer(Reply.From((_, _) => Task.FromResult(Answer()))), section: _settings.GetSection("Shop"), inner: client => client.AddQuota());
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instance.DisposeAsync();

    [Theory]
    [InlineData("ObeyServerLimits", "false", 0)]
    [InlineData("MaxServerPause", "00:00:02", 2)]
    [InlineData("MaxServerPause", "00:01:00", 6)]
    public async Task Go_by_other_options(string setting, string value, int seconds)
    {
        var waiting = await BeginToWaitAsync();

        _settings[$"Shop:Quota:{setting}"] = value;
        _settings.Reload();

        await ShouldEndAsync(waiting, seconds);
    }

    [Fact]
    public async Task Go_on_when_it_is_ended_by_hand()
    {
        var waiting = await BeginToWaitAsync();

        await _instance.Info.EndQuotaPauseAsync(_instance.Info.Quotas.Single().Partition, Authority);

        await ShouldEndAsync(waiting, seconds: 0);
    }

    [Fact]
    public async Task Go_on_when_the_store_has_heard_of_its_end()
    {
        var waiting = await BeginToWaitAsync();
        await _store.PauseAsync(QuotaKey.Of("shop", Authority), Authority, TimeSpan.Zero, Cancelled);

        _clock.Advance(TimeSpan.FromSeconds(1.5));
        var late = _instance.GetAsync();

        await ShouldEndAsync(waiting, seconds: 0);
        await _clock.AdvanceUntilAsync(late);
    }

    private async Task<Task<HttpResponseMessage>> BeginToWaitAsync()
    {
        await _instance.GetAsync();
        return _instance.GetAsync();
    }

    private async Task ShouldEndAsync(Task<HttpResponseMessage> waiting, int seconds)
    {
        var started = _clock.GetTimestamp();
        (await _clock.AdvanceUntilAsync(waiting)).StatusCode.Should().Be(HttpStatusCode.OK);
        _clock.GetElapsedTime(started).Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(0.1));
    }

    private HttpResponseMessage Answer()
        => _requests++ > 0 ? new(HttpStatusCode.OK) : new(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "6" } } };
}
