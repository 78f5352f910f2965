using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class ClientEventTests : IDisposable
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:Retry:MaxRetries", "2")]).Build();
    private readonly Observer _observer = new();
    private readonly TestHost _host;

    public ClientEventTests()
    {
        _host = new(
            client => client.AddResilience(_configuration.GetSection("api"))
                .AddRetry(retry => retry.ShouldRetry = _ => false)
                .AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1)
                .AddTokenBucket(bucket => bucket.PermitsPerSecond = 10),
            primary: new ScriptedUpstream((_, _) => new(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "30" } } }));
        _host.Clients.Changes.Subscribe(_observer);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Tell_of_circuits_and_buckets()
    {
        await _host.GetAsync();

        _observer.Events.Select(e => (e.GetType(), e.Client, e.Partition, e.At, e.ToString())).Should().BeEquivalentTo([
            (typeof(TokenBucketPause), "test", "*", _host.Clock.GetUtcNow(), "*: paused for requests to http://upstream.test:80 for 30 s"),
            (typeof(CircuitTransition), "test", "http://upstream.test:80", _host.Clock.GetUtcNow(), "http://upstream.test:80: Closed → Open (ConsecutiveFailures)")]);
    }

    [Fact]
    public void Tell_of_new_options_and_of_rejected_ones()
    {
        _ = _host.Inside;

        Change("3");
        Change("many");

        _observer.Events.Cast<OptionsChange>().Select(change => (change.Policy, IsRejected: change.Rejection is not null)).Should().Equal(("Retry", false), (null, true));
        _observer.Events[^1].ToString().Should().Contain("api:Retry:MaxRetries");
    }

    [Fact]
    public async Task Reach_nobody_who_has_left()
    {
        var other = new Observer();
        using (_host.Clients.Changes.Subscribe(other))
        {
        }

        await _host.GetAsync();

        other.Events.Should().BeEmpty();
        _observer.Events.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Reach_an_observer_that_has_left_one_of_its_two_places()
    {
        var other = new Observer();
        _host.Clients.Changes.Subscribe(other);
        _host.Clients.Changes.Subscribe(other).Dispose();

        await _host.GetAsync();

        other.Events.Should().Equal(_observer.Events);
    }

    [Fact]
    public async Task Reach_the_next_observer_when_one_throws()
    {
        var next = new Observer();
        _observer.OnEvent = () => throw new InvalidOperationException("boom");
        _host.Clients.Changes.Subscribe(next);

        (await _host.GetAsync()).Should().Be(429);

        next.Events.Should().HaveCount(2);
    }

    [Fact]
    public void End_with_the_container()
    {
        var (registry, late) = (_host.Clients, new Observer());

        _host.Dispose();
        registry.Changes.Subscribe(late);

        _observer.HasEnded.Should().BeTrue();
        late.HasEnded.Should().BeTrue();
    }

    [Fact]
    public void End_for_everybody_though_one_throws()
    {
        var (registry, next, late) = (_host.Clients, new Observer(), new Observer { OnEnd = () => throw new InvalidOperationException("boom") });
        _observer.OnEnd = () => throw new InvalidOperationException("boom");
        registry.Changes.Subscribe(next);

        _host.Dispose();
        registry.Changes.Subscribe(late);

        next.HasEnded.Should().BeTrue();
        _host.Log.Lines.Should().Equal(Enumerable.Repeat("Error 3: Client '*': the callback for OnCompleted failed.", 2));
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

        public Action? OnEnd { get; set; }

        public bool HasEnded { get; private set; }

        public void OnCompleted()
        {
            HasEnded = true;
            OnEnd?.Invoke();
        }

        public void OnError(Exception error) => throw new NotSupportedException();

        public void OnNext(ClientEvent value)
        {
            Events.Add(value);
            OnEvent?.Invoke();
        }
    }
}
