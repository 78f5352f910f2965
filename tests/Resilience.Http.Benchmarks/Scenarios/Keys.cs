using System.Net;
using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>An idempotency key added to a POST.</summary>
[MemoryDiagnoser]
public class Keys
{
    private readonly Chain _none = Chain.Of(Ok());
    private readonly Chain _ours = Chain.Of(Ok(), new IdempotencyKeyHandler(new()));
    private readonly Chain _byHand = Chain.Of(Ok(), new NewGuidHandler());

    [Benchmark]
    public HttpStatusCode None() => _none.Send(HttpMethod.Post);

    [Benchmark]
    public HttpStatusCode IdempotencyKey() => _ours.Send(HttpMethod.Post);

    [Benchmark(Baseline = true)]
    public HttpStatusCode ByHand() => _byHand.Send(HttpMethod.Post);

    private static Upstream Ok() => new(suspends: false, HttpStatusCode.OK);
}
