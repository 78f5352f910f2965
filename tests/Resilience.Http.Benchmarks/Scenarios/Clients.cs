using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>
/// An <see cref="HttpClient"/> of the factory: bare, with the standard policies, and with Microsoft's standard handler, each registered as its
/// documentation says. All have the factory's loggers and whatever logs and meters a handler brings, with no provider that logs and nobody who
/// listens: neither side is spared what it does by default, and neither pays for output.
/// </summary>
[MemoryDiagnoser]
public class Clients
{
    private Chain _bare = null!;
    private Chain _ours = null!;
    private Chain _microsoft = null!;
    private Chain _ourRetry = null!;
    private Chain _microsoftRetry = null!;

    // Of the flaky ones every second attempt fails, which is no reason for their circuits to open.
    [GlobalSetup]
    public void SetUp()
    {
        _bare = Chain.OfClient(Ok(), static (services, name) => services.AddHttpClient(name));
        _ours = Chain.OfClient(Ok(), static (services, name) => services.AddResilientHttpClient(name).AddStandardPolicies());
        _microsoft = Chain.OfClient(Ok(), static (services, name) => AddMicrosoft(services, name));
        _ourRetry = Chain.OfClient(Flaky(), static (services, name) => services.AddResilientHttpClient(name).AddStandardPolicies(standard =>
        {
            standard.Retry.BaseDelay = TimeSpan.Zero;
            standard.CircuitBreaker.FailureRatio = 1;
        }));
        _microsoftRetry = Chain.OfClient(Flaky(), static (services, name) => AddMicrosoft(services, name, standard =>
        {
            standard.Retry.Delay = TimeSpan.Zero;
            standard.CircuitBreaker.FailureRatio = 1;
        }));
    }

    [Benchmark]
    public HttpStatusCode Bare() => _bare.Send();

    [Benchmark]
    public HttpStatusCode StandardPolicies() => _ours.Send();

    [Benchmark(Baseline = true)]
    public HttpStatusCode MicrosoftStandardHandler() => _microsoft.Send();

    [Benchmark]
    public HttpStatusCode TwoBare()
    {
        _bare.Send();
        return _bare.Send();
    }

    [Benchmark]
    public HttpStatusCode StandardPoliciesRetry() => _ourRetry.Send();

    [Benchmark]
    public HttpStatusCode MicrosoftStandardHandlerRetries() => _microsoftRetry.Send();

    private static IHttpClientBuilder AddMicrosoft(IServiceCollection services, string name, Action<Microsoft.Extensions.Http.Resilience.HttpStandardResilienceOptions>? configure = null)
    {
        var client = services.AddHttpClient(name);
        client.AddStandardResilienceHandler(configure ?? (static _ => { }));
        return client;
    }

    private static Upstream Ok() => new(suspends: true, HttpStatusCode.OK);

    private static Upstream Flaky() => new(suspends: true, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
}
