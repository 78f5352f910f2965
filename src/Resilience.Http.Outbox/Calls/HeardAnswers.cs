using System.Net;

namespace Resilience.Http;

/// <summary>
/// What the attempts of a call have come back with from the server: all else is an answer of a handler's, that of a token endpoint for example. Attempts may run side by side, and one that is given up
/// takes nothing away from what another has brought.
/// </summary>
internal sealed class HeardAnswers
{
    // A handler may have changed the status of an answer, or put it into another.
    private readonly Dictionary<HttpStatusCode, HttpResponseMessage?> _answers = [];

    /// <summary>Whether it has failed in a way that may have come after the effect.</summary>
    public bool HasFailed { get; private set; }

    /// <param name="status">The status.</param>
    /// <param name="response">The answer; null if a handler of the transport has made an exception of it.</param>
    /// <param name="wasNeverProcessed">Whether it proves that the server did not act on the attempt.</param>
    public void Add(HttpStatusCode status, HttpResponseMessage? response, bool wasNeverProcessed)
    {
        lock (_answers)
        {
            _answers[status] = response;
            HasFailed |= status >= HttpStatusCode.InternalServerError && status is not HttpStatusCode.GatewayTimeout && !wasNeverProcessed;
        }
    }

    public bool Contains(HttpResponseMessage response)
    {
        lock (_answers)
            return _answers.ContainsKey(response.StatusCode) || _answers.ContainsValue(response);
    }

    public bool Contains(HttpStatusCode status)
    {
        lock (_answers)
            return _answers.ContainsKey(status);
    }
}
