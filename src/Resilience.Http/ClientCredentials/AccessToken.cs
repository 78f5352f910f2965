using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>An access token as the header that carries it. So sending it allocates nothing, and it can be distinguished from a caller's.</summary>
internal sealed class AccessToken : AuthenticationHeaderValue
{
    private const double MaxLifetime = 315_360_000;

    /// <param name="value">The access token, opaque.</param>
    /// <param name="lifetime">Seconds from <paramref name="requestedAt"/> on; null if the server did not say.</param>
    /// <param name="requestedAt">When it was requested, as a timestamp: the server may have counted from then.</param>
    /// <param name="chance">From 0 to 1: makes the margin for renewal up to a fifth longer, so that a fleet does not renew in step.</param>
    /// <param name="frequency">Timestamp units per second.</param>
    public AccessToken(string value, double? lifetime, long requestedAt, double chance, long frequency)
        : base("Bearer", value)
    {
        if (lifetime is not { } seconds)
            return;

        seconds = Math.Clamp(seconds, 0, MaxLifetime);
        var margin = Math.Max(seconds / 10, 30) * (1 + (chance / 5));
        ExpiresAt = requestedAt + (long)(seconds * frequency);
        // Every call would renew a token whose life is shorter than the margin.
        RenewAt = requestedAt + (long)(Math.Max(seconds - margin, seconds / 2) * frequency);
    }

    public long RenewAt { get; } = long.MaxValue;

    public long ExpiresAt { get; } = long.MaxValue;

    /// <summary>Whether a request has a token, or an Authorization of its caller's.</summary>
    public static bool HasAuthorization(HttpRequestMessage request) => request.Headers.NonValidated.Contains("Authorization");

    /// <summary>Takes a token of ours off a request; what its caller wrote stays.</summary>
    public static void TakeOff(HttpRequestMessage request)
    {
        if (HasAuthorization(request) && request.Headers.Authorization is AccessToken)
            request.Headers.Authorization = null;
    }
}
