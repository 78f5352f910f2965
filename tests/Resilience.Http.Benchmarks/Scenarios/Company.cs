using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>
/// The standard set in company: after other clients of the process have used all that a client can have, and with a handler in its own chain that
/// is nobody's policy, between retry and circuit breaker, where it parts the attempt in two, or innermost, where handlers that sign requests stand.
/// </summary>
[MemoryDiagnoser]
public class Company
{
    private const int CallsOfOthers = 100;

    private Chain _alone = null!;
    private Chain _foreignBetween = null!;
    private Chain _foreignInnermost = null!;
    private Chain _fiveEmpty = null!;
    private Chain _sixEmpty = null!;

    [GlobalSetup]
    public void SetUp()
    {
        CallOthers();
        _alone = Chain.OfPolicies(Ok());
        _foreignBetween = Chain.OfPolicies(Ok(), AddForeignBetween);
        _foreignInnermost = Chain.OfPolicies(Ok(), static client => client.AddStandardPolicies().AddHttpMessageHandler(static () => new EmptyHandler()));
        _fiveEmpty = Chain.OfEmptyHandlers(Ok(), 5);
        _sixEmpty = Chain.OfEmptyHandlers(Ok(), 6);
    }

    [Benchmark]
    public HttpStatusCode StandardSet() => _alone.Send();

    [Benchmark]
    public HttpStatusCode ForeignHandlerBetween() => _foreignBetween.Send();

    [Benchmark]
    public HttpStatusCode ForeignHandlerInnermost() => _foreignInnermost.Send();

    [Benchmark(Baseline = true)]
    public HttpStatusCode FiveEmptyHandlers() => _fiveEmpty.Send();

    [Benchmark]
    public HttpStatusCode SixEmptyHandlers() => _sixEmpty.Send();

    private static void CallOthers()
    {
        using var key = Chain.OfPolicies(Ok(), static client => client.AddIdempotencyKey().AddStandardPolicies());
        using var timeout = Chain.OfPolicies(Ok());
        using var advice = Chain.OfPolicies(new(suspends: true, HttpStatusCode.TooManyRequests, HttpStatusCode.OK), static client => client
            .AddGitHubAdvice().AddShopifyAdvice().AddTotalTimeout().AddRetry(static options => options.BaseDelay = TimeSpan.Zero).AddAttemptTimeout());
        using var bucket = Chain.OfPolicies(Ok(), static client => client.AddTokenBucket(static options => options.PermitsPerSecond = 1_000_000).AddAttemptTimeout());
        using var foreign = Chain.OfPolicies(Ok(), AddForeignBetween);
        for (var call = 0; call < CallsOfOthers; call++)
        {
            key.Send(HttpMethod.Post, request => request.SetIdempotencyKey($"order-{call}"));
            timeout.Send(configure: static request => request.SetTimeout(TimeSpan.FromSeconds(20)));
            advice.Send();
            bucket.Send(configure: request => request.SetPartition($"tenant-{call}"));
            foreign.Send();
        }
    }

    private static void AddForeignBetween(IResilientHttpClientBuilder client)
    {
        client.AddTotalTimeout().AddRetry().AddHttpMessageHandler(static () => new EmptyHandler());
        client.AddCircuitBreaker().AddAttemptTimeout();
    }

    private static Upstream Ok() => new(suspends: true, HttpStatusCode.OK);
}
