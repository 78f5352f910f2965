namespace Resilience.Http.Published;

/// <summary>Configurations, and what comes of them.</summary>
internal static class Settings
{
    public static byte[] Valid { get; } = """
        {
          "payments": {
            "TotalTimeout": { "Timeout": "00:00:20" },
            "ProblemDetails": { "Mode": "Respond" },
            "IdempotencyKey": { "HeaderName": "Idempotency-Key" },
            "Retry": { "MaxRetries": 4, "BaseDelay": "00:00:00", "Jitter": "None", "Budget": { "Capacity": 100 } },
            "CircuitBreaker": { "FailureRatio": 0.9, "ConsecutiveFailures": 5 },
            "TokenBucket": { "PermitsPerSecond": 1000, "Burst": 50 },
            "AttemptTimeout": { "Timeout": "00:00:05" }
          },
          "ledger": {
            "ClientCredentials": { "TokenEndpoint": "https://login.example/token", "ClientId": "ledger", "ClientSecret": "secret", "Scope": "read" }
          }
        }
        """u8.ToArray();

    public static byte[] Invalid { get; } = """{ "payments": { "Retry": { "MaxRetries": -1 } } }"""u8.ToArray();

    public static byte[] Unknown { get; } = """{ "payments": { "Retry": { "MaxRetriess": 4 } } }"""u8.ToArray();

    public static byte[] Unnamed { get; } = """{ "payments": { "Retry": { "Jitter": "false" } } }"""u8.ToArray();

    public static string[] Expected { get; } =
    [
        "200 after 2 attempts: Final",
        "1 key",
        "Not Found",
        "Client 'payments': Retry.MaxRetries must be from 0 to 2147483647, but is -1. It is configured at 'payments:Retry:MaxRetries'.",
        "Client 'payments': configuration key 'payments:Retry:MaxRetriess' is unknown; known are MaxRetries, BaseDelay, MaxDelay, Jitter, MaxAdvisedDelay, Budget, MaxBufferedRequestBytes, MaxBufferedResponseBytes, ResponseBodies.",
        "Client 'payments': configuration key 'payments:Retry:Jitter' must be one of None, Equal, Full, Decorrelated.",
    ];
}
