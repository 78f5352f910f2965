using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Testing;

/// <summary>Marks injected faults, so that nobody takes them for real ones.</summary>
internal sealed partial class ChaosTelemetry(ClientContext client)
{
    private readonly Counter<long> _faults = client.Meter.CreateCounter<long>("resilience.http.chaos.faults", "{fault}", "Faults that were injected.");

    public void Injected(Fault fault, HttpRequestMessage request)
    {
        var authority = request.RequestUri?.Authority;
        client.Count(_faults, [new("resilience.http.client", client.Name), new("resilience.http.fault", fault.Name)]);
        Activity.Current?.AddEvent(new("resilience.http.fault_injected", client.Time.GetUtcNow(), new() { { "resilience.http.fault", fault.ToString() } }));
        LogInjected(client.Logger, client.Name, fault, request.Method, authority);
    }

    public void NotAFault(string header) => LogNotAFault(client.Logger, client.Name, header);

    // What is said of a value that cannot be converted has the value in it.
    public void Rejected(Exception e) => LogRejected(client.Logger, client.Name, e is OptionsValidationException ? e.Message : "They cannot be read.");

    [LoggerMessage(1101, LogLevel.Warning, "Client '{Client}': chaos injected {Fault} into a {Method} to {Authority}.")]
    private static partial void LogInjected(ILogger logger, string client, Fault fault, HttpMethod method, string? authority);

    [LoggerMessage(1102, LogLevel.Warning, "Client '{Client}': the header {Header} of a request names no fault, so none was injected.")]
    private static partial void LogNotAFault(ILogger logger, string client, string header);

    [LoggerMessage(1103, LogLevel.Error, "Client '{Client}': the new options of chaos are rejected, and the ones before stay in force. {Why}")]
    private static partial void LogRejected(ILogger logger, string client, string why);
}
