namespace Resilience.Http;

/// <summary>
/// Reads what a provider says about its limits in ways of its own: in the body, or by a status that means something else elsewhere. Must be
/// safe for concurrent use. Exceptions are logged and ignored.
/// </summary>
public interface IAdviceReader
{
    /// <summary>Whether to read this response. Called for every response, so it should be quick. The default is true for a status of 400 or more.</summary>
    /// <param name="request">The request, as the caller's handlers and redirects have left it.</param>
    /// <param name="response">The response, its body not read.</param>
    /// <returns>True to have the body read and passed to <see cref="Read"/>.</returns>
    bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => (int)response.StatusCode >= 400;

    /// <summary>Adds to the advice, or changes it.</summary>
    /// <param name="request">The request, as the caller's handlers and redirects have left it.</param>
    /// <param name="response">The response. Its body is passed separately and stays readable for the caller.</param>
    /// <param name="body">
    /// The body as text. Empty if there is none, if it is HTML, compressed in an unknown way or longer than 64 KiB, or if it does not arrive
    /// within 2 s or half of the time that the call has left.
    /// </param>
    /// <param name="advice">The advice of the header fields and of earlier readers; null if there is none.</param>
    /// <returns>The advice to obey; null if there is none.</returns>
    ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice);
}
