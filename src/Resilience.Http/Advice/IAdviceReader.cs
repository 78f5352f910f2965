namespace Resilience.Http;

/// <summary>
/// Knows what a provider says about its limits besides the fields that all of them use: in bodies, or by statuses that mean something else
/// elsewhere. Must be safe for concurrent use. What it throws is logged and otherwise ignored.
/// </summary>
public interface IAdviceReader
{
    /// <summary>Whether to read this response; asked of every response, so it should be quick. The default is a status of 400 or more.</summary>
    /// <param name="request">The request, as the caller's handlers and redirects have left it.</param>
    /// <param name="response">The response, its body not read.</param>
    /// <returns>True to be given the body.</returns>
    bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => (int)response.StatusCode >= 400;

    /// <summary>Completes or changes what is known.</summary>
    /// <param name="request">The request, as the caller's handlers and redirects have left it.</param>
    /// <param name="response">The response; its body is passed apart and stays readable to the caller.</param>
    /// <param name="body">
    /// The body as text; empty if there is none, if it is HTML or compressed in an unknown way, longer than 64 KiB, or does not come within 2 s
    /// or half of what the call has left.
    /// </param>
    /// <param name="advice">What its fields say, and readers before this one; null if nothing.</param>
    /// <returns>The advice to go by.</returns>
    ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice);
}
