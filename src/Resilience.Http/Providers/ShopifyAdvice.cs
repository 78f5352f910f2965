using System.Net;

namespace Resilience.Http;

/// <summary>
/// Shopify's GraphQL: a query that costs more than is in the bucket gets 200 with an error THROTTLED, and was not run. The wait is what is
/// missing by the rate at which the bucket fills. Its own failures come as 200 too.
/// </summary>
internal sealed class ShopifyAdvice : IAdviceReader
{
    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.OK
        && (response.RequestMessage ?? request).RequestUri is { IsAbsoluteUri: true } uri
        && uri.AbsolutePath.EndsWith("/graphql.json", StringComparison.Ordinal);

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (TolerantJson.ObjectOrNull(body) is not { } answer)
            return advice;

        var codes = answer.Items("errors").Select(static error => error.Object("extensions")?.Text("code"));
        advice = CodeKinds.Advise(advice, codes.FirstOrDefault(static code => CodeKinds.Advise(null, code) is not null));
        if (advice is not { IsThrottled: true })
            return advice;

        var cost = answer.Member("extensions")?.Member("cost");
        var status = cost?.Member("throttleStatus");
        var missing = cost?.Member("requestedQueryCost")?.NumberOrNull - status?.Member("currentlyAvailable")?.NumberOrNull;
        return advice with
        {
            RetryAfter = status?.Member("restoreRate")?.NumberOrNull is > 0 and var rate && missing is > 0 ? WireNumber.Seconds(missing.Value / rate) : advice.RetryAfter,
        };
    }
}
