namespace Resilience.Http;

/// <summary>
/// Marks a primary handler that sends a request once and is done with its token when the response is handed out, as <see cref="SocketsHttpHandler"/> is. Then the timers of
/// attempts serve one call after another; those around a handler that is not known serve one each.
/// </summary>
public interface IKnownHandler;
