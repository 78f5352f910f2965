namespace Resilience.Http.Benchmarks.Outbox;

/// <summary>Counts what the upstream has answered.</summary>
internal sealed class CountingHandler(Countdown countdown) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        countdown.Answered();
        return response;
    }
}
