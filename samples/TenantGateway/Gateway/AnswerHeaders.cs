namespace TenantGateway;

/// <summary>What of an upstream's headers goes back to a tenant.</summary>
internal static class AnswerHeaders
{
    // An upstream that asks for a pause asks it of the account that all tenants share. How long is not for one of them to know.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly string[] Dropped = ["Server", "X-Powered-By", "Set-Cookie"];

    /// <summary>Takes out what tells about the account of the gateway.</summary>
    public static void Clean(HttpResponse response)
    {
        Clean(response.Headers);
        if (response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            RateLimitFields.WriteRetryAfter(response.Headers, Soon);
    }

    public static void Clean(IHeaderDictionary headers)
    {
        foreach (var name in headers.Keys.Where(name => RateLimitFields.IsOne(name) || Dropped.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray())
            headers.Remove(name);
    }
}
