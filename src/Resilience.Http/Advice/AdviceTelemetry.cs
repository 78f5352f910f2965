using System.Diagnostics.Metrics;

namespace Resilience.Http;

/// <summary>How advice is counted. What follows from it, a wait or a pause, is told by whoever obeys it.</summary>
internal sealed class AdviceTelemetry(ClientContext client)
{
    private readonly Counter<long> _limits = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.advice.limits", "{response}", "Responses that said that nothing is left of a quota, by status.");

    public void LimitReached(string outcome)
    {
        if (_limits.Enabled)
            _limits.Add(1, new("resilience.http.client", client.Name), new("http.response.status_code", outcome));
    }
}
