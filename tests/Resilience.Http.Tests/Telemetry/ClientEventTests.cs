using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class ClientEventTests : IDisposable
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:Retry:MaxRetries", "2")]).Build();
    private readonly StubHandler _upstream = new((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "30" } } }));
    private readonly ControlledClock _clock = new();
    private readonly Observer _observer = new();
    private readonly ServiceProvider _services;

    public ClientEventTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddResilientHttpClient("api", _configuration.GetSection("api"), client => client.BaseAddress = new("https://api.test/"))
            .AddRetry(retry => retry.ShouldRetry = _ => false)
            .AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1)
            .AddTokenBucket(bucket => bucket.PermitsPerSecond = 10)
            .ConfigurePrimaryHttpMessageHandler(() => _upstream);
        _services = services.BuildServiceProvider();
        Registry.Changes.Subscribe(_observer);
    }

    private ResilienceRegistry Registry => _services.GetRequiredService<ResilienceRegistry>();

    public void Dispose()
    {
        _services.Dispose();
        _upstream.Dispose();
    }

    [Fact]
    public async Task Tell_of_circuits_and_buckets()
    {
        await GetAsync();

        _observer.Events.Select(e => (e.GetType(), e.Client, e.Partition, e.At, e.ToString())).Should().BeEquivalentTo([
            (typeof(TokenBucketPause), "api", "*", _clock.Now, "*: paused for requests to https://api.test:443 for 30 s"),
            (typeof(CircuitTransition), "api", "https://api.test:443", _clock.Now, "https://api.test:443: Closed → Open (ConsecutiveFailures)")]);
    }

    [Fact]
    public void Tell_of_new_options_and_of_rejected_ones()
    {
        _ = Registry["api"];

        Change("3");
        Change("many");

        _observer.Events.Cast<OptionsChange>().Select(change => (change.Policy, IsRejected: change.Rejection is not null)).Should().Equal(("Retry", false), (null, true));
        _observer.Events[^1].ToString().Should().Contain("api:Retry:MaxRetries");
    }

    [Fact]
    public async Task Reach_nobody_who_has_left()
    {
        var other = new Observer();
        using (Registry.Changes.Subscribe(other))
        {
        }

        await GetAsync();

        other.Events.Should().BeEmpty();
        _observer.Events.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Reach_the_next_observer_when_one_throws()
    {
        var next = new Observer();
        _observer.OnEvent = () => throw new InvalidOperationException("boom");
        Registry.Changes.Subscribe(next);

        (await GetAsync()).Should().Be(429);

        next.Events.Should().HaveCount(2);
    }

    [Fact]
    public void End_with_the_container()
    {
        var (registry, late) = (Registry, new Observer());

        _services.Dispose();
        registry.Changes.Subscribe(late);

        _observer.HasEnded.Should().BeTrue();
        late.HasEnded.Should().BeTrue();
    }

    private async Task<int> GetAsync()
    {
        using var response = await _services.GetRequiredService<IHttpClientFactory>().CreateClient("api").GetAsync("/", TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private void Change(string maxRetries)
    {
        _configuration["api:Retry:MaxRetries"] = maxRetries;
        _configuration.Reload();
    }

    private sealed class Observer : IObserver<ClientEvent>
    {
        public List<ClientEvent> Events { get; } = [];

        public Action? OnEvent { get; set; }

        public bool HasEnded { get; private set; }

        public void OnCompleted() => HasEnded = true;

        public void OnError(Exception error) => throw new NotSupportedException();

        public void OnNext(ClientEvent value)
        {
            Events.Add(value);
            OnEvent?.Invoke();
        }
    }
}
