using System.Net;

namespace Resilience.Http;

/// <summary>Which responses have a body, whatever length they announce.</summary>
internal static class BodyRules
{
    /// <summary>Neither one to a HEAD, nor 204, 205 or 304 (RFC 9110 §6.4.1, §15.3.6).</summary>
    public static bool MayHaveBody(HttpResponseMessage response)
        => response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.NotModified)
        && response.RequestMessage?.Method != HttpMethod.Head;
}
