using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>The meter, the activity source and the events that belong to no single policy.</summary>
internal sealed partial class ClientSignals(ClientContext client)
{
    public const string SourceName = "Resilience.Http";

    private static readonly string Version = typeof(ClientSignals).Assembly.GetName().Version!.ToString(3);
    private static readonly Meter OfProcess = new(SourceName, Version);

    public static ActivitySource Activities { get; } = new(SourceName, Version);

    public Meter Meter { get; } = client.MeterFactory?.Create(SourceName, Version) ?? OfProcess;

    public void Reloaded(string policy)
    {
        LogReloaded(client.Logger, client.Name, policy);
        client.Publish(new OptionsChange(client, policy, rejection: null));
    }

    public void ReloadRejected(string reason)
    {
        LogReloadRejected(client.Logger, client.Name, reason);
        client.Publish(new OptionsChange(client, policy: null, reason));
    }

    public void Doubted(string doubt) => LogDoubted(client.Logger, client.Name, doubt);

    /// <summary>Counts one. What those who listen to the meter throw must not become the failure of what they are told of.</summary>
    public void Count(Counter<long> counter, in TagList tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            CallbackFailed(counter.Name, e);
        }
    }

    /// <inheritdoc cref="Count"/>
    public void Record(Histogram<double> histogram, TimeSpan time, in TagList tags)
    {
        try
        {
            histogram.Record(time.TotalSeconds, tags);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            CallbackFailed(histogram.Name, e);
        }
    }

    /// <summary>Runs a user's callback, whose failure must not become the call's.</summary>
    public void Guard<T>(Action<T>? callback, T value)
    {
        try
        {
            callback?.Invoke(value);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            CallbackFailed(typeof(T).Name, e);
        }
    }

    public void CallbackFailed(string callback, Exception exception) => LogCallbackFailed(client.Logger, client.Name, callback, exception);

    /// <summary>The same where there may be no client any more.</summary>
    public static void CallbackFailed(ILogger logger, string client, string callback, Exception exception) => LogCallbackFailed(logger, client, callback, exception);

    [LoggerMessage(1, LogLevel.Information, "Client '{Client}': new options for {Policy} are in force.")]
    private static partial void LogReloaded(ILogger logger, string client, string policy);

    [LoggerMessage(2, LogLevel.Error, "Client '{Client}': its changed configuration is rejected, the last good one stays in force. {Reason}")]
    private static partial void LogReloadRejected(ILogger logger, string client, string reason);

    [LoggerMessage(3, LogLevel.Error, "Client '{Client}': the callback for {Event} failed.")]
    private static partial void LogCallbackFailed(ILogger logger, string client, string @event, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Client '{Client}': {Doubt}")]
    private static partial void LogDoubted(ILogger logger, string client, string doubt);
}
