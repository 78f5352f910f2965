using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>Counts and logs waits, rejections and pauses of limiters. There may be many partitions, so only logs name them.</summary>
internal sealed partial class TokenBucketTelemetry(ClientContext client)
{
    private readonly Histogram<double> _waits = client.Signals.Meter.CreateHistogram<double>(
        "resilience.http.rate_limiter.wait.duration", "s", "Waits for a permit that was not free at once.");

    private readonly Counter<long> _rejections = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.rate_limiter.rejections", "{request}", "Requests that the limit rejected.");

    public void Waited(TimeSpan wait) => client.Signals.Record(_waits, wait, [new("resilience.http.client", client.Name)]);

    public void Rejected(RateLimitReason reason)
    {
        if (_rejections.Enabled)
            client.Signals.Count(_rejections, [new("resilience.http.client", client.Name), new("resilience.http.reason", reason.ToString())]);
    }

    /// <summary>A failed call is worth a warning; a call that used up the quota is routine.</summary>
    public void Paused(PartitionKey partition, PartitionKey authority, TimeSpan pause, in Outcome outcome)
    {
        if (outcome.IsSuccess)
            LogUsedUp(client.Logger, client.Name, partition, authority, pause.TotalSeconds);
        else
            LogPaused(client.Logger, client.Name, partition, authority, pause.TotalSeconds, outcome.Label);
    }

    public void CostFailed(Exception failure) => LogCostFailed(client.Logger, client.Name, failure);

    public void ProviderFailed(Exception failure, string partition) => LogProviderFailed(client.Logger, client.Name, LogText.OneLine(partition), failure);

    [LoggerMessage(300, LogLevel.Warning, "Client '{Client}': the bucket of {Partition} is paused for requests to {Authority} for {Seconds:0.###} s, because the server answered {Outcome} and asked for a pause.")]
    private static partial void LogPaused(ILogger logger, string client, PartitionKey partition, PartitionKey authority, double seconds, string outcome);

    [LoggerMessage(301, LogLevel.Debug, "Client '{Client}': the bucket of {Partition} is paused for requests to {Authority} for {Seconds:0.###} s, because nothing is left of the server's quota.")]
    private static partial void LogUsedUp(ILogger logger, string client, PartitionKey partition, PartitionKey authority, double seconds);

    [LoggerMessage(302, LogLevel.Error, "Client '{Client}': ActualCostOf has thrown, so an attempt counts as what it took at first.")]
    private static partial void LogCostFailed(ILogger logger, string client, Exception failure);

    [LoggerMessage(303, LogLevel.Error, "Client '{Client}': the IQuotaProvider has thrown, so the rate of {Partition} stays as it was.")]
    private static partial void LogProviderFailed(ILogger logger, string client, string partition, Exception failure);
}
