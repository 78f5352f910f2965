namespace Resilience.Http.Benchmarks.Chains;

/// <summary>An idempotency key as one would write it by hand.</summary>
internal sealed class NewGuidHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return base.SendAsync(request, cancellationToken);
    }
}
