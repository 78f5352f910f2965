using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>An idempotency key added to a POST of the standard set, which is what it is for.</summary>
[MemoryDiagnoser]
public class Keys
{
    private readonly Chain _none = Chain.OfPoliciesInClient(Ok());
    private readonly Chain _ours = Chain.OfPoliciesInClient(Ok(), client => client.AddIdempotencyKey().AddStandardPolicies());
    private readonly Chain _byHand = Chain.OfPoliciesInClient(Ok(), AddByHand);

    [Benchmark]
    public HttpStatusCode None() => _none.Send(HttpMethod.Post);

    [Benchmark]
    public HttpStatusCode IdempotencyKey() => _ours.Send(HttpMethod.Post);

    [Benchmark(Baseline = true)]
    public HttpStatusCode ByHand() => _byHand.Send(HttpMethod.Post);

    private static void AddByHand(IResilientHttpClientBuilder client)
    {
        client.AddHttpMessageHandler(() => new NewGuidHandler());
        client.AddStandardPolicies();
    }

    private static Upstream Ok() => new(suspends: false, HttpStatusCode.OK);
}
