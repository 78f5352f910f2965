using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>A 503, then a 200, without a wait between them.</summary>
[MemoryDiagnoser]
public class RetryPath
{
    private Chain _standard = null!;
    private Chain _polly = null!;

    // Every second attempt fails, which is no reason for these circuits to open.
    [GlobalSetup]
    public void SetUp()
    {
        _standard = Chain.OfPolicies(Flaky(), client => client.AddTotalTimeout()
            .AddRetry(options => options.BaseDelay = TimeSpan.Zero)
            .AddCircuitBreaker(options => options.FailureRatio = 1)
            .AddAttemptTimeout());
        _polly = Chain.OfPolly(Flaky(), new() { FailureRatio = 1 });
    }

    [Benchmark]
    public HttpStatusCode StandardSet() => _standard.Send();

    [Benchmark(Baseline = true)]
    public HttpStatusCode PollyPipeline() => _polly.Send();

    private static Upstream Flaky() => new(suspends: true, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
}
