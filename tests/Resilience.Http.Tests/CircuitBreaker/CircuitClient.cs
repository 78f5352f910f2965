using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A registered client with a circuit breaker, whose clock stands still; over the real network unless an upstream is given.</summary>
internal sealed class CircuitClient(
    Action<CircuitBreakerOptions> configure, HttpMessageHandler? upstream = null, string url = "http://upstream", Action<IResilientHttpClientBuilder>? inside = null) : IDisposable
{
    private readonly TestHost _host = new(builder => (inside ?? (_ => { }))(builder.AddCircuitBreaker(configure)), url, upstream, new ControlledClock());

    public ControlledClock Clock => _host.Clock;

    public HttpClient Http => _host.Client;

    public ResilientClientInfo Inside => _host.Inside;

    public IReadOnlyList<string> Log => _host.Log.Lines;

    public Circuit Circuit => Inside.Circuits.Single();

    /// <summary>Longer than any first break.</summary>
    public void WaitForBreak() => Clock.Advance(TimeSpan.FromSeconds(6.25));

    public async Task<int> GetAsync(string path = "/", CancellationToken cancellationToken = default)
    {
        using var response = await Http.GetAsync(path, cancellationToken);
        return (int)response.StatusCode;
    }

    public void Dispose() => _host.Dispose();
}
