using System.Collections.Frozen;

namespace Resilience.Http;

/// <summary>Reads the advice in the header fields of any response, in one pass over their names. Without advice that is all it costs.</summary>
internal static class StandardAdvice
{
    private const int ShortestName = 9;

    private static readonly FrozenDictionary<string, AdviceFieldKind> Kinds = new Dictionary<string, AdviceFieldKind>
    {
        ["Retry-After"] = AdviceFieldKind.RetryAfter,
        ["retry-after-ms"] = AdviceFieldKind.Milliseconds,
        ["x-ms-retry-after-ms"] = AdviceFieldKind.Milliseconds,
        ["x-amz-retry-after"] = AdviceFieldKind.Milliseconds,
        ["Stripe-Should-Retry"] = AdviceFieldKind.ShouldRetry,
        ["x-should-retry"] = AdviceFieldKind.ShouldRetry,
        ["transient-error"] = AdviceFieldKind.TransientError,
        ["Idempotent-Replayed"] = AdviceFieldKind.Replayed,
        ["RateLimit"] = AdviceFieldKind.RateLimit,
        ["Beta-RateLimit"] = AdviceFieldKind.RateLimit,
        ["RateLimit-Policy"] = AdviceFieldKind.RateLimitPolicy,
        ["Beta-RateLimit-Policy"] = AdviceFieldKind.RateLimitPolicy,
        ["X-Shopify-Shop-Api-Call-Limit"] = AdviceFieldKind.CallLimit,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null if the server said nothing that is understood.</returns>
    public static ServerAdvice? Read(HttpResponseMessage response, TimeProvider time)
    {
        AdviceFields? found = null;
        foreach (var (name, lines) in response.Headers.NonValidated)
        {
            if (name.Length < ShortestName)
                continue;

            if (Kinds.TryGetValue(name, out var kind))
                (found ??= new()).Add(kind, lines);
            else if (name.Contains("limit-", StringComparison.OrdinalIgnoreCase))
                (found ??= new()).Quotas.Add(name, lines);
        }

        return found?.ToAdvice(response, time);
    }
}
