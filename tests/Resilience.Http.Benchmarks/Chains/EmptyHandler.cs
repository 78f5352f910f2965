namespace Resilience.Http.Benchmarks.Chains;

/// <summary>What a handler costs that does nothing but await the next.</summary>
internal sealed class EmptyHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
}
