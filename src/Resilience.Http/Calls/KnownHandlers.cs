using Microsoft.Extensions.Http.Logging;

namespace Resilience.Http;

/// <summary>
/// Handlers of which it is known what they do: send a request once, and be done with its token when the response is handed out. Any other may
/// go on using the token, to wrap the body's stream or for work of its own.
/// </summary>
internal static class KnownHandlers
{
    /// <summary>Whether only known handlers follow.</summary>
    public static bool Follow(HttpMessageHandler? handler) => handler switch
    {
        // A policy of one's own is somebody's, too.
        PolicyHandler when handler.GetType().Assembly != typeof(PolicyHandler).Assembly && handler is not IKnownHandler { IsDoneWithToken: true } => false,
        PolicyHandler or LoggingHttpMessageHandler or LoggingScopeHttpMessageHandler => Follow(((DelegatingHandler)handler).InnerHandler),
        SocketsHttpHandler or IKnownHandler { IsDoneWithToken: true } => true,
        // And none that derives from it.
        HttpClientHandler => handler.GetType() == typeof(HttpClientHandler),
        _ => false,
    };
}
