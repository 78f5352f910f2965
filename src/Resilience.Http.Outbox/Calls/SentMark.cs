namespace Resilience.Http;

/// <summary>Stands innermost and counts how often a request that the outbox looks after has reached the transport: what was never sent can be forgotten.</summary>
internal sealed class SentMark : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Count(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Count(request);
        return base.Send(request, cancellationToken);
    }

    private static void Count(HttpRequestMessage request)
    {
        if (OutboxSettings.Of(request) is { } settings)
            settings.Sent++;
    }
}
