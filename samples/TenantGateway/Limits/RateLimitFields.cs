using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace TenantGateway;

/// <summary>
/// What a tenant is told of its limit: <c>RateLimit</c> and <c>RateLimit-Policy</c> (draft-ietf-httpapi-ratelimit-headers-10), and <c>X-RateLimit-*</c>, which more
/// clients read. What an upstream says of its own limits is taken out: it tells one tenant about all.
/// </summary>
internal static class RateLimitFields
{
    private static readonly string[] Parts = ["ratelimit", "rate-limit"];

    /// <summary>Whether a field tells about a limit, in whichever of the usual forms.</summary>
    public static bool IsOne(string name)
        => name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase) || Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <param name="headers">Where to.</param>
    /// <param name="tenant">Whose limit.</param>
    /// <param name="left">How many permits are left; null if nobody knows, as the store does not answer.</param>
    /// <param name="wait">Until there is one, if there is none.</param>
    public static void Write(IHeaderDictionary headers, Tenant tenant, long? left, TimeSpan wait)
    {
        // The bucket as it is: so many at once, and the time in which it fills. 100 a minute and 10 at once is 10 in 6 s.
        headers["RateLimit-Policy"] = Invariant($"\"{tenant.PlanName}\";q={tenant.Plan.Burst};w={Seconds(tenant.Plan.FillTime)}");
        headers["X-RateLimit-Limit"] = Invariant($"{tenant.Plan.Burst}");
        if (left is not { } known)
            return;

        var remaining = Math.Clamp(known, 0, tenant.Plan.Burst);
        var reset = Seconds(remaining == 0 && wait > TimeSpan.Zero ? wait : tenant.Plan.TimeFor(tenant.Plan.Burst - remaining));
        headers["RateLimit"] = Invariant($"\"{tenant.PlanName}\";r={remaining};t={reset}");
        headers["X-RateLimit-Remaining"] = Invariant($"{remaining}");
        headers["X-RateLimit-Reset"] = Invariant($"{reset}");
    }

    public static void WriteRetryAfter(IHeaderDictionary headers, TimeSpan wait) => headers.RetryAfter = Invariant($"{Math.Max(1, Seconds(wait))}");

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);

    private static StringValues Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
