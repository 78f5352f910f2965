using Microsoft.Extensions.Logging;

namespace Resilience.Http;

internal static partial class DefaultsTelemetry
{
    public static void Kept(ILoggerFactory loggers, string client, (string Type, string Verbs) foreign)
        => LogKept(new GuardedLogger(loggers.CreateLogger(ClientSignals.SourceName)), client, foreign.Type, ForeignHandlers.Because, foreign.Verbs);

    [LoggerMessage(500, LogLevel.Warning, "Client '{Client}' keeps its {Handler} and gets none of the resilience defaults, because {Reason}; remove {Verbs}, or call RemoveResilience on the client.")]
    private static partial void LogKept(ILogger logger, string client, string handler, string reason, string verbs);
}
