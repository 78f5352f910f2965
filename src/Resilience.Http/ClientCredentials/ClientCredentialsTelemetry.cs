using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>How requests for tokens are counted and logged: never the token, the id or the secret.</summary>
internal sealed partial class ClientCredentialsTelemetry(ClientContext client)
{
    private readonly Counter<long> _refreshes = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.token.refreshes", "{refresh}", "Requests for an access token, by the failure if they failed.");

    private int _isWithheld;

    /// <summary>Tells of the first request that a token may not be sent with: those after it would say no more.</summary>
    public void Withheld(Uri address)
    {
        if (Interlocked.Exchange(ref _isWithheld, 1) == 0)
            LogWithheld(client.Logger, client.Name, address.GetLeftPart(UriPartial.Authority));
    }

    public void Refreshed(string endpoint, AccessTokenFailure? failure)
    {
        if (failure is null)
        {
            _refreshes.Add(1, new KeyValuePair<string, object?>("resilience.http.client", client.Name));
            LogRefreshed(client.Logger, client.Name, endpoint);
            return;
        }

        _refreshes.Add(1, new("resilience.http.client", client.Name), new("error.type", failure.Label));
        LogFailed(client.Logger, client.Name, endpoint, failure.Reason);
    }

    [LoggerMessage(400, LogLevel.Debug, "Client '{Client}': {Endpoint} gave an access token.")]
    private static partial void LogRefreshed(ILogger logger, string client, string endpoint);

    [LoggerMessage(402, LogLevel.Warning, "Client '{Client}': requests to {Origin} are sent without an access token; tokens go by https or to this machine, and to AllowedOrigins only where those are set.")]
    private static partial void LogWithheld(ILogger logger, string client, string origin);

    [LoggerMessage(401, LogLevel.Warning, "Client '{Client}': {Endpoint} gave no access token: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string client, string endpoint, string reason);
}
