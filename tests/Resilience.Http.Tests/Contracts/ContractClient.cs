namespace Resilience.Http.Tests;

/// <summary>A client with one strict policy: a handler made by hand over the upstream, or registered through the builder.</summary>
internal sealed class ContractClient : IDisposable
{
    private readonly TestHost? _host;
    private readonly HttpMessageInvoker _invoker;

    public ContractClient(string policy, bool registered, HttpMessageHandler upstream)
    {
        var contract = Contract.Named(policy);
        if (registered)
            _host = new TestHost(contract.Register, primary: upstream);
        _invoker = _host?.Invoker ?? Over(upstream, contract.Standalone());
    }

    public static HttpMessageInvoker Over(HttpMessageHandler upstream, DelegatingHandler policy)
    {
        policy.InnerHandler = upstream;
        return new(policy, disposeHandler: false);
    }

    /// <summary>Sends as a caller would; a synchronous call on a thread of its own.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
        => async ? _invoker.SendAsync(request, cancellationToken) : Task.Run(() => _invoker.Send(request, cancellationToken), CancellationToken.None);

    public void Dispose()
    {
        _invoker.Dispose();
        _host?.Dispose();
    }
}
