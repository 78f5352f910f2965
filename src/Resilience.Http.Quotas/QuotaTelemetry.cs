using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>Counts round trips, waits and rejections, and logs what happens to the store. There may be many partitions, so only logs name them.</summary>
internal sealed partial class QuotaTelemetry(ClientContext client)
{
    private readonly Counter<long> _roundTrips = client.Meter.CreateCounter<long>(
        "resilience.http.quota.round_trips", "{call}", "Calls of the store for permits, by what came of them.");

    private readonly Histogram<double> _waits = client.Meter.CreateHistogram<double>(
        "resilience.http.quota.wait.duration", "s", "Waits for a permit that was not at hand.");

    private readonly Counter<long> _rejections = client.Meter.CreateCounter<long>(
        "resilience.http.quota.rejections", "{request}", "Requests that the quota rejected.");

    public void Asked(string result) => client.Count(_roundTrips, [new("resilience.http.client", client.Name), new("resilience.http.result", result)]);

    public void Waited(TimeSpan wait) => client.Record(_waits, wait, [new("resilience.http.client", client.Name)]);

    public void Rejected(RateLimitReason reason)
    {
        if (_rejections.Enabled)
            client.Count(_rejections, [new("resilience.http.client", client.Name), new("resilience.http.reason", reason.ToString())]);
    }

    public void Lost(string reason, QuotaFallback fallback)
    {
        LogLost(client.Logger, client.Name, reason, fallback);
        client.Publish(new QuotaStoreChange(client, isLost: true));
    }

    public void Back(TimeSpan lost)
    {
        LogBack(client.Logger, client.Name, lost.TotalSeconds);
        client.Publish(new QuotaStoreChange(client, isLost: false));
    }

    public void Paused(string partition, string authority, TimeSpan pause)
    {
        LogPaused(client.Logger, client.Name, partition, authority, pause.TotalSeconds);
        client.Publish(new QuotaPaused(client, partition, authority, pause));
    }

    public void ProviderFailed(Exception exception, string partition) => LogProviderFailed(client.Logger, client.Name, partition, exception);

    public void CostFailed(Exception exception) => LogCostFailed(client.Logger, client.Name, exception);

    [LoggerMessage(1203, LogLevel.Error, "Client '{Client}': ActualCostOf has thrown; the cost of the attempt is not corrected.")]
    private static partial void LogCostFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(1204, LogLevel.Error, "Client '{Client}': the IQuotaProvider has thrown, so the rate of {Partition} stays as it was.")]
    private static partial void LogProviderFailed(ILogger logger, string client, string partition, Exception exception);

    [LoggerMessage(1200, LogLevel.Warning, "Client '{Client}': the store of the quota does not answer ({Reason}); until it does, {Fallback} counts.")]
    private static partial void LogLost(ILogger logger, string client, string reason, QuotaFallback fallback);

    [LoggerMessage(1201, LogLevel.Information, "Client '{Client}': the store of the quota answers again after {Seconds:0.###} s.")]
    private static partial void LogBack(ILogger logger, string client, double seconds);

    [LoggerMessage(1202, LogLevel.Warning, "Client '{Client}': the quota of {Partition} is paused for requests to {Authority} for {Seconds:0.###} s, as the server asked.")]
    private static partial void LogPaused(ILogger logger, string client, string partition, string authority, double seconds);
}
