using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>The meter, the activity source and the events that belong to no single policy.</summary>
internal sealed partial class ClientSignals(string client, IMeterFactory? meters)
{
    public const string SourceName = "Resilience.Http";

    private static readonly string Version = typeof(ClientSignals).Assembly.GetName().Version!.ToString(3);
    private static readonly Meter ByHand = new(SourceName, Version);

    public static ActivitySource Activities { get; } = new(SourceName, Version);

    public string Client => client;

    public Meter Meter { get; } = meters?.Create(SourceName, Version) ?? ByHand;

    public void Reloaded(ILogger logger, string policy) => LogReloaded(logger, client, policy);

    public void ReloadRefused(ILogger logger, Exception reason) => LogReloadRefused(logger, client, reason.Message);

    /// <summary>Runs a user's callback, whose failure must not become the call's.</summary>
    public void Guard<T>(ILogger logger, Action<T>? callback, T value)
    {
        try
        {
            callback?.Invoke(value);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            CallbackFailed(logger, typeof(T).Name, e);
        }
    }

    public void CallbackFailed(ILogger logger, string callback, Exception exception) => LogCallbackFailed(logger, client, callback, exception);

    [LoggerMessage(1, LogLevel.Information, "Client '{Client}': new options for {Policy} are in force.")]
    private static partial void LogReloaded(ILogger logger, string client, string policy);

    [LoggerMessage(2, LogLevel.Error, "Client '{Client}': its changed configuration is refused, the last good one stays in force. {Reason}")]
    private static partial void LogReloadRefused(ILogger logger, string client, string reason);

    [LoggerMessage(3, LogLevel.Error, "Client '{Client}': the callback for {Event} failed.")]
    private static partial void LogCallbackFailed(ILogger logger, string client, string @event, Exception exception);
}
