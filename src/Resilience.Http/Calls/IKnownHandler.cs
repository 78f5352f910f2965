namespace Resilience.Http;

/// <summary>
/// A primary handler, or a policy of one's own, that says what it does with the token of an attempt. Around handlers that are done with it the timers of attempts serve one call
/// after another; around any other, but a <see cref="SocketsHttpHandler"/>, they serve one call each.
/// </summary>
public interface IKnownHandler
{
    /// <summary>Whether it sends a request once, and is done with its token when the response is handed out. The default is true.</summary>
    bool IsDoneWithToken => true;
}
