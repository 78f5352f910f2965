using Microsoft.Extensions.Http.Logging;

namespace Resilience.Http;

/// <summary>Who may still use the token of an attempt after its response was handed out: to wrap the body's stream, to write it elsewhere.</summary>
internal static class TokenUse
{
    /// <summary>Whether only handlers follow that are known to be done with it then.</summary>
    public static bool EndsWithTheResponse(HttpMessageHandler handler) => handler switch
    {
        PolicyHandler or LoggingHttpMessageHandler or LoggingScopeHttpMessageHandler => EndsWithTheResponse(((DelegatingHandler)handler).InnerHandler!),
        SocketsHttpHandler => true,
        // And none that derives from it.
        _ => handler.GetType() == typeof(HttpClientHandler),
    };
}
