using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Requests that are rejected: by an exception, up to and including the caller's catch, or by an answer.</summary>
[MemoryDiagnoser]
public class Rejections
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private Chain _circuit = null!;
    private Chain _bucket = null!;
    private Chain _polly = null!;
    private Chain _answeringCircuit = null!;
    private Chain _answeringBucket = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _circuit = Circuit(client => client.AddTotalTimeout());
        _bucket = Bucket(client => client.AddTotalTimeout());
        _polly = Chain.OfPolly(Down(), new() { MinimumThroughput = 10, BreakDuration = Long }).Exhausted();
        _answeringCircuit = Circuit(client => client.AddTotalTimeout().AddProblemDetails(Respond));
        _answeringBucket = Bucket(client => client.AddTotalTimeout().AddProblemDetails(Respond));
    }

    [Benchmark]
    public bool OpenCircuit() => _circuit.Reject();

    [Benchmark]
    public bool EmptyTokenBucket() => _bucket.Reject();

    [Benchmark(Baseline = true)]
    public bool PollyOpenCircuit() => _polly.Reject();

    [Benchmark]
    public HttpStatusCode OpenCircuitAnswers() => _answeringCircuit.Send();

    [Benchmark]
    public HttpStatusCode EmptyTokenBucketAnswers() => _answeringBucket.Send();

    private static void Respond(ProblemDetailsOptions options) => options.Mode = ProblemDetailsMode.Respond;

    private static Chain Circuit(Func<IResilientHttpClientBuilder, IResilientHttpClientBuilder> outside)
        => Chain.OfPolicies(Down(), client => outside(client)
            .AddRetry(options => options.BaseDelay = TimeSpan.Zero)
            .AddCircuitBreaker(options => (options.ConsecutiveFailures, options.BreakDuration, options.MaxBreakDuration) = (1, Long, Long))
            .AddAttemptTimeout()).Exhausted();

    private static Chain Bucket(Func<IResilientHttpClientBuilder, IResilientHttpClientBuilder> outside)
        => Chain.OfPolicies(new(suspends: true, HttpStatusCode.OK), client => outside(client)
            .AddRetry()
            .AddCircuitBreaker()
            .AddTokenBucket(options => (options.PermitsPerSecond, options.QueueLimit) = (0.000_001, 0))
            .AddAttemptTimeout()).Exhausted();

    private static Upstream Down() => new(suspends: true, HttpStatusCode.ServiceUnavailable);
}
