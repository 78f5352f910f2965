using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Requests that are refused, up to and including the caller's catch.</summary>
[MemoryDiagnoser]
public class Shedding
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private Chain _circuit = null!;
    private Chain _limiter = null!;
    private Chain _polly = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _circuit = Chain.OfPolicies(Down(), client => client.AddTotalTimeout()
            .AddRetry(options => options.BaseDelay = TimeSpan.Zero)
            .AddCircuitBreaker(options => (options.BreakDuration, options.MaxBreakDuration) = (Long, Long))
            .AddAttemptTimeout()).Exhausted();
        _limiter = Chain.OfPolicies(new(suspends: true, HttpStatusCode.OK), client => client.AddTotalTimeout()
            .AddRetry()
            .AddCircuitBreaker()
            .AddTokenBucket(options => (options.PermitsPerSecond, options.QueueLimit) = (0.000_001, 0))
            .AddAttemptTimeout()).Exhausted();
        _polly = Chain.OfPolly(Down(), new() { MinimumThroughput = 10, BreakDuration = Long }).Exhausted();
    }

    [Benchmark]
    public bool OpenCircuit() => _circuit.Shed();

    [Benchmark]
    public bool EmptyTokenBucket() => _limiter.Shed();

    [Benchmark(Baseline = true)]
    public bool PollyOpenCircuit() => _polly.Shed();

    private static Upstream Down() => new(suspends: true, HttpStatusCode.ServiceUnavailable);
}
