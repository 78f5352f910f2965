using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>Calls through an attempt timeout and what takes a permit, to a handler that answers at once.</summary>
internal sealed class Caller : IDisposable
{
    private static readonly Uri Address = new("https://upstream.test/orders");

    private readonly HttpMessageInvoker _invoker;

    /// <param name="limit">What takes the permit.</param>
    public Caller(Action<IResilientHttpClientBuilder> limit)
    {
        var services = new ServiceCollection();
        var builder = services.AddResilientHttpClient("measured");
        limit(builder);
        builder.AddAttemptTimeout().RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => new Upstream(suspends: false, HttpStatusCode.OK));
        _invoker = new(services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("measured"));
    }

    public void Call()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        _invoker.SendAsync(request, CancellationToken.None).GetAwaiter().GetResult();
    }

    public void Dispose() => _invoker.Dispose();
}
