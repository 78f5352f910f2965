namespace Resilience.Http;

// With a span around all attempts of a call, where somebody listens.
public sealed partial class RetryHandler
{
    private async Task<HttpResponseMessage> SendTracedAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var span = Telemetry.StartCall(request);
        try
        {
            var response = await SendFirstAsync(request, attempt, cancellationToken).ConfigureAwait(false);
            Telemetry.EndCall(span, request, RequestSettings.Of(request)?.JudgmentOf(response) ?? Outcome.FromResponse(response));
            return response;
        }
        catch (Exception e)
        {
            Telemetry.EndCall(span, request, Outcome.FromException(e, isCancelled: e is OperationCanceledException && cancellationToken.IsCancellationRequested));
            throw;
        }
    }
}
