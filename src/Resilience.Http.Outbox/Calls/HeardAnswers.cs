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

    public void Add(HttpResponseMessage response) => Add(response.StatusCode, response);

    public void Add(HttpStatusCode status, HttpResponseMessage? response = null)
    {
        lock (_answers)
            _answers[status] = response;
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
