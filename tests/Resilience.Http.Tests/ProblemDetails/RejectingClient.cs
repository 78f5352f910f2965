using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A client that has sent one request, which failed, and answers all others itself, on a clock that stands still.</summary>
internal sealed class RejectingClient : IDisposable
{
    private readonly TestHost _host;

    /// <param name="policy">What rejects: a circuit, a bucket or another limiter.</param>
    public RejectingClient(string policy)
    {
        var clock = new VirtualClock();
        _host = new(client => Add(client.AddProblemDetails(problems => problems.Mode = ProblemDetailsMode.Respond), policy, clock), primary: new ScriptedUpstream(503), clock: clock);
        Send(times: 1);
    }

    public VirtualClock Clock => _host.Clock;

    public Circuit Circuit => _host.Circuit;

    public async Task<HttpResponseMessage> SendAsync(bool async = true, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/orders?id=1");
        configure?.Invoke(request);
        return async ? await _host.Invoker.SendAsync(request, TestContext.Current.CancellationToken) : Send(request);
    }

    // Nothing of the requests is left on the stack of the caller.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Send(int times, Action<HttpRequestMessage>? configure = null)
    {
        for (var i = 0; i < times; i++)
            SendAsync(configure: configure).GetAwaiter().GetResult().Dispose();
    }

    public void Dispose() => _host.Dispose();

    private static IResilientHttpClientBuilder Add(IResilientHttpClientBuilder client, string policy, VirtualClock clock) => policy switch
    {
        "circuit" => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1),
        "bucket" => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.QueueLimit) = (0.1, 1, 0)),
        _ => client.AddRateLimiter(_ => new FifoTokenBucketLimiter(new() { PermitsPerSecond = 0.1, Burst = 1, QueueLimit = 0 }, clock)),
    };

    private HttpResponseMessage Send(HttpRequestMessage request) => _host.Invoker.Send(request, TestContext.Current.CancellationToken);
}
