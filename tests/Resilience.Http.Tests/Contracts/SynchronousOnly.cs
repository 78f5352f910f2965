namespace Resilience.Http.Tests;

/// <summary>An upstream that answers synchronous calls only.</summary>
internal sealed class SynchronousOnly(HttpMessageHandler upstream) : DelegatingHandler(upstream)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => throw new InvalidOperationException("A synchronous call became an asynchronous one.");
}
