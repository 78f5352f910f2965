using System.Collections.Frozen;
using System.Net;

namespace Resilience.Http;

/// <summary>
/// Names of the statuses that a failure can have, from RFC 9110 and the IANA registry, and a few that gateways made up. Those of
/// <see cref="HttpStatusCode"/> and of <see cref="HttpResponseMessage.ReasonPhrase"/> are partly older ones, or whatever the server says.
/// </summary>
internal static class ReasonPhrases
{
    private static readonly FrozenDictionary<int, string> Phrases = new Dictionary<int, string>
    {
        [400] = "Bad Request",
        [401] = "Unauthorized",
        [402] = "Payment Required",
        [403] = "Forbidden",
        [404] = "Not Found",
        [405] = "Method Not Allowed",
        [406] = "Not Acceptable",
        [407] = "Proxy Authentication Required",
        [408] = "Request Timeout",
        [409] = "Conflict",
        [410] = "Gone",
        [411] = "Length Required",
        [412] = "Precondition Failed",
        [413] = "Content Too Large",
        [414] = "URI Too Long",
        [415] = "Unsupported Media Type",
        [416] = "Range Not Satisfiable",
        [417] = "Expectation Failed",
        [421] = "Misdirected Request",
        [422] = "Unprocessable Content",
        [423] = "Locked",
        [424] = "Failed Dependency",
        [425] = "Too Early",
        [426] = "Upgrade Required",
        [428] = "Precondition Required",
        [429] = "Too Many Requests",
        [431] = "Request Header Fields Too Large",
        [451] = "Unavailable For Legal Reasons",
        [499] = "Client Closed Request",
        [500] = "Internal Server Error",
        [501] = "Not Implemented",
        [502] = "Bad Gateway",
        [503] = "Service Unavailable",
        [504] = "Gateway Timeout",
        [505] = "HTTP Version Not Supported",
        [506] = "Variant Also Negotiates",
        [507] = "Insufficient Storage",
        [508] = "Loop Detected",
        [510] = "Not Extended",
        [511] = "Network Authentication Required",
        [520] = "Web Server Returned an Unknown Error",
        [521] = "Web Server Is Down",
        [522] = "Connection Timed Out",
        [523] = "Origin Is Unreachable",
        [524] = "A Timeout Occurred",
        [525] = "SSL Handshake Failed",
        [526] = "Invalid SSL Certificate",
        [529] = "Overloaded",
    }.ToFrozenDictionary();

    /// <summary>The name of the status, or that of its class; a status that belongs to no class is a server error (RFC 9110 §15).</summary>
    public static string Of(HttpStatusCode status)
        => Phrases.GetValueOrDefault((int)status) ?? (int)status switch
        {
            >= 100 and < 200 => "Informational",
            >= 200 and < 300 => "Successful",
            >= 300 and < 400 => "Redirection",
            >= 400 and < 500 => "Client Error",
            _ => "Server Error",
        };
}
