namespace TenantGateway;

/// <summary>What of an upstream's headers goes back to a tenant.</summary>
internal static class AnswerHeaders
{
    // An upstream that asks for a pause asks it of the account that all tenants share. How long is not for one of them to know.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly string[] Dropped = ["Server", "X-Powered-By", "Set-Cookie", "Set-Cookie2", "Clear-Site-Data", "WWW-Authenticate", "Proxy-Authenticate", "Authorization"];

    // Of what providers call it: X-Quota-Remaining, X-App-Usage, Sforce-Limit-Info, X-Shopify-Shop-Api-Call-Limit; Stripe-Account, Anthropic-Organization-Id, OpenAI-Project,
    // X-OAuth-Scopes, GitHub-Authentication-Token-Expiration.
    private static readonly string[] Shares = ["quota", "usage", "limit-info", "call-limit", "account", "organi", "project", "workspace", "subscription", "oauth", "authentication"];

    /// <summary>Takes out what tells about the account of the gateway.</summary>
    public static void Clean(HttpResponse response)
    {
        Clean(response.Headers);
        // A key is no Authorization, so a shared cache would give the answer to other tenants (RFC 9111 §3.5, §4.1).
        response.Headers.Append("Vary", ApiKey.Header);
        if (response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            RateLimitFields.WriteRetryAfter(response.Headers, Soon);
    }

    public static void Clean(IHeaderDictionary headers)
    {
        foreach (var name in headers.Keys.Where(IsDropped).ToArray())
            headers.Remove(name);
    }

    private static bool IsDropped(string name)
        => RateLimitFields.IsOne(name) || Dropped.Contains(name, StringComparer.OrdinalIgnoreCase) || Shares.Any(share => name.Contains(share, StringComparison.OrdinalIgnoreCase));
}
