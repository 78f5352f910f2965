using System.Net;

namespace Resilience.Http;

/// <summary>
/// Shopify's GraphQL: a query that costs more than is in the bucket gets 200 with an error THROTTLED, and was not run. The wait is what is
/// missing by the rate at which the bucket fills.
/// </summary>
internal sealed class ShopifyAdvice : IAdviceReader
{
    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.OK
        && response.RequestMessage?.RequestUri is { IsAbsoluteUri: true } uri
        && uri.AbsolutePath.EndsWith("/graphql.json", StringComparison.Ordinal);

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (TolerantJson.ObjectOrNull(body) is not { } answer
            || !answer.Items("errors").Any(error => CodeKinds.Of(error.Member("extensions")?.Text("code")) is OutcomeKind.Throttled))
            return advice;

        var cost = answer.Member("extensions")?.Member("cost");
        var status = cost?.Member("throttleStatus");
        var missing = cost?.Member("requestedQueryCost")?.NumberOrNull - status?.Member("currentlyAvailable")?.NumberOrNull;
        return (advice ?? new()) with
        {
            IsThrottled = true,
            RetryAfter = status?.Member("restoreRate")?.NumberOrNull is > 0 and var rate && missing is > 0 ? WireNumber.Seconds(missing.Value / rate) : advice?.RetryAfter,
        };
    }
}
