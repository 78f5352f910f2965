using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>A bearer token as the header that carries it, so that sending it allocates nothing and a token of ours can be told from a caller's.</summary>
internal sealed class AccessToken : AuthenticationHeaderValue
{
    private const double MaxLifetime = 315_360_000;

    /// <param name="value">The token, opaque.</param>
    /// <param name="lifetime">Seconds from <paramref name="requestedAt"/> on; null if the server did not say.</param>
    /// <param name="requestedAt">When it was asked for, as a timestamp: the server may have counted from then.</param>
    /// <param name="chance">From 0 to 1: how much of a fifth of the margin to renew earlier, so that a fleet does not renew in step.</param>
    /// <param name="frequency">Timestamps a second.</param>
    public AccessToken(string value, double? lifetime, long requestedAt, double chance, long frequency)
        : base("Bearer", value)
    {
        if (lifetime is not { } seconds)
            return;

        seconds = Math.Clamp(seconds, 0, MaxLifetime);
        var margin = Math.Max(seconds / 10, 30) * (1 + (chance / 5));
        ExpiresAt = requestedAt + (long)(seconds * frequency);
        // A token that lives for less than its margin would be renewed by every call.
        RenewAt = requestedAt + (long)(Math.Max(seconds - margin, seconds / 2) * frequency);
    }

    public long RenewAt { get; } = long.MaxValue;

    public long ExpiresAt { get; } = long.MaxValue;
}
