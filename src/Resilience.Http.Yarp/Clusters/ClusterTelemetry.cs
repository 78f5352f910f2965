using Microsoft.Extensions.Logging;

namespace Resilience.Http;

internal static partial class ClusterTelemetry
{
    public static void Rejected(ILoggerFactory loggers, string client, string reason) => LogRejected(loggers.CreateLogger("Resilience.Http"), client, reason);

    [LoggerMessage(1300, LogLevel.Error, "Client '{Client}' keeps its policies, because the new ones are invalid: {Reason}")]
    private static partial void LogRejected(ILogger logger, string client, string reason);
}
