using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Nothing is wrong: each policy alone and the standard set, over an upstream that answers later or at once.</summary>
[MemoryDiagnoser]
public class HappyPath
{
    private Chain _empty = null!;
    private Chain _threeEmpty = null!;
    private Chain _fiveEmpty = null!;
    private Chain _retry = null!;
    private Chain _circuitBreaker = null!;
    private Chain _tokenBucket = null!;
    private Chain _attemptTimeout = null!;
    private Chain _standard = null!;
    private Chain _standardWithTokenBucket = null!;
    private Chain _polly = null!;

    [Params(true, false)]
    public bool Suspends { get; set; } = true;

    [GlobalSetup]
    public void SetUp()
    {
        _empty = Chain.OfEmptyHandlers(Ok(), 1);
        _threeEmpty = Chain.OfEmptyHandlers(Ok(), 3);
        _fiveEmpty = Chain.OfEmptyHandlers(Ok(), 5);
        _retry = Chain.OfPolicies(Ok(), client => client.AddRetry());
        _circuitBreaker = Chain.OfPolicies(Ok(), client => client.AddCircuitBreaker());
        _tokenBucket = Chain.OfPolicies(Ok(), client => client.AddTokenBucket(Ample));
        _attemptTimeout = Chain.OfPolicies(Ok(), client => client.AddAttemptTimeout());
        _standard = Chain.OfPolicies(Ok());
        _standardWithTokenBucket = Chain.OfPolicies(Ok(), client => client.AddTotalTimeout().AddRetry().AddCircuitBreaker().AddTokenBucket(Ample).AddAttemptTimeout());
        _polly = Chain.OfPolly(Ok());
    }

    [Benchmark]
    public HttpStatusCode OneEmptyHandler() => _empty.Send();

    [Benchmark]
    public HttpStatusCode ThreeEmptyHandlers() => _threeEmpty.Send();

    [Benchmark(Baseline = true)]
    public HttpStatusCode FiveEmptyHandlers() => _fiveEmpty.Send();

    [Benchmark]
    public HttpStatusCode Retry() => _retry.Send();

    [Benchmark]
    public HttpStatusCode CircuitBreaker() => _circuitBreaker.Send();

    [Benchmark]
    public HttpStatusCode TokenBucket() => _tokenBucket.Send();

    [Benchmark]
    public HttpStatusCode AttemptTimeout() => _attemptTimeout.Send();

    [Benchmark]
    public HttpStatusCode StandardSet() => _standard.Send();

    [Benchmark]
    public HttpStatusCode StandardSetWithTokenBucket() => _standardWithTokenBucket.Send();

    [Benchmark]
    public HttpStatusCode PollyPipeline() => _polly.Send();

    private static void Ample(TokenBucketOptions options) => (options.PermitsPerSecond, options.Burst) = (1_000_000, 1_000_000);

    private Upstream Ok() => new(Suspends, HttpStatusCode.OK);
}
