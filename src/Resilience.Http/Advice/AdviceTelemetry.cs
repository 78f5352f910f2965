using System.Diagnostics.Metrics;

namespace Resilience.Http;

/// <summary>Counts responses that report a reached limit. The policy that obeys one reports the wait or the pause.</summary>
internal sealed class AdviceTelemetry(ClientContext client)
{
    private readonly Counter<long> _limits = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.advice.limits", "{response}", "Responses that said that a limit is reached, by status.");

    public void LimitReached(string outcome)
    {
        if (_limits.Enabled)
            client.Signals.Count(_limits, [new("resilience.http.client", client.Name), new("http.response.status_code", outcome)]);
    }
}
