using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The handlers of a client over an upstream in memory, whose calls all run on one thread, so that their bytes can be counted.</summary>
internal sealed class MeasuredChain : HttpMessageHandler, IKnownHandler
{
    private const int Calls = 101;

    private static readonly HttpResponseMessage Response = new() { Content = new ByteArrayContent([]) };
    private static readonly HttpClient Sender = new(new ScriptedUpstream(200));

    private readonly HttpMessageInvoker _invoker;
    private readonly CancellationTokenSource _caller = new();
    private TaskCompletionSource<HttpResponseMessage> _waiting = new();

    public MeasuredChain(Action<IResilientHttpClientBuilder>? policies = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddResilientHttpClient("measured");
        builder.RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => this);
        policies?.Invoke(builder);
        var provider = services.BuildServiceProvider();
        _invoker = new(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("measured"));
    }

    /// <summary>Bytes that a call allocates, the request not counted: the median, since pools and tables grow now and then.</summary>
    public static long BytesPerCall(HttpMethod method, Action<IResilientHttpClientBuilder>? policies = null)
    {
        using var chain = new MeasuredChain(policies);
        return Enumerable.Range(0, Calls).Select(_ => chain.Measure(method)).Order().ElementAt(Calls / 2);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => (_waiting = new()).Task;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _invoker.Dispose();
            _caller.Dispose();
        }

        base.Dispose(disposing);
    }

    private long Measure(HttpMethod method)
    {
        using var request = new HttpRequestMessage(method, new Uri("https://upstream.test/"));
        // Where earlier tests have set something on a request, handlers look into the options of all.
        _ = request.Options;
        // An address takes itself apart when first asked; how many bytes that takes depends on how well it is compiled by then.
        _ = request.RequestUri!.IdnHost;
        // As HttpClient does with what it sends. Of all else it is noted what was made for it.
        Sender.Send(request).Dispose();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var call = _invoker.SendAsync(request, _caller.Token);
        _waiting.SetResult(Response);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        call.IsCompletedSuccessfully.Should().BeTrue();
        return bytes;
    }
}
