using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>Counts and logs requests for access tokens. Never logs the token, the id or the secret.</summary>
internal sealed partial class ClientCredentialsTelemetry(ClientContext client)
{
    private readonly Counter<long> _refreshes = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.token.refreshes", "{refresh}", "Requests for an access token, by the failure if they failed.");

    private int _isWithheld;

    /// <summary>Logs the first request that may not carry a token. Later ones would say the same.</summary>
    public void Withheld(Uri address)
    {
        if (Interlocked.Exchange(ref _isWithheld, 1) == 0)
            LogWithheld(client.Logger, client.Name, LogText.Server(address));
    }

    public void Refreshed(string endpoint, AccessTokenFailure? failure)
    {
        if (failure is null)
        {
            client.Signals.Count(_refreshes, [new("resilience.http.client", client.Name)]);
            LogRefreshed(client.Logger, client.Name, endpoint);
            return;
        }

        client.Signals.Count(_refreshes, [new("resilience.http.client", client.Name), new("error.type", failure.Label)]);
        LogFailed(client.Logger, client.Name, endpoint, failure.Reason);
    }

    [LoggerMessage(400, LogLevel.Debug, "Client '{Client}': {Endpoint} gave an access token.")]
    private static partial void LogRefreshed(ILogger logger, string client, string endpoint);

    [LoggerMessage(401, LogLevel.Warning, "Client '{Client}': {Endpoint} gave no access token: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string client, string endpoint, string reason);

    [LoggerMessage(402, LogLevel.Warning, "Client '{Client}': requests to {Origin} are sent without an access token. They go to the origin of the registered base address, over https or to localhost; list any other in AllowedOrigins.")]
    private static partial void LogWithheld(ILogger logger, string client, string origin);
}
