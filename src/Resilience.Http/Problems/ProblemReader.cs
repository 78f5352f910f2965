namespace Resilience.Http;

/// <summary>
/// Makes a problem of any failed response. Never throws, whatever the body is: where it says nothing that is understood, the problem says
/// what the status says.
/// </summary>
internal static class ProblemReader
{
    // The first that recognises the body wins: media types before shapes.
    private static readonly Func<ProblemSource, ProblemMembers?>[] Dialects = [ProblemJson.Read, ProblemXml.Read, LegacyProblem.Read];

    /// <summary>Whether there is a body that a dialect might understand, so that reading it is worthwhile. Pages for people are not read.</summary>
    public static bool IsReadable(HttpResponseMessage response)
        => (int)response.StatusCode is not (204 or 205 or 304)
        && response.RequestMessage?.Method != HttpMethod.Head
        && MediaType.Of(response.Content) is { IsJson: true } or { IsXml: true };

    /// <param name="response">The failed response.</param>
    /// <param name="body">Its whole body as it came over the wire; empty if there is none, or none within bounds.</param>
    /// <param name="limit">The most bytes that the body may unpack to.</param>
    /// <param name="kind">What the call came to.</param>
    /// <param name="retryAfter">How long the server asks to wait.</param>
    public static Problem Read(HttpResponseMessage response, byte[] body, int limit, OutcomeKind kind, TimeSpan? retryAfter)
    {
        var members = Understand(response, body, limit);
        var type = ProblemType.Resolve(members.Type, response.RequestMessage?.RequestUri);

        return new Problem
        {
            Type = type,
            Title = members.Title ?? (ProblemType.IsGeneric(type) ? ReasonPhrases.Of(response.StatusCode) : null),
            Detail = members.Detail,
            Instance = members.Instance,
            ProblemStatus = members.Status,
            Extensions = members.Extensions,
            Status = response.StatusCode,
            Kind = kind,
            RetryAfter = retryAfter,
        };
    }

    private static ProblemMembers Understand(HttpResponseMessage response, byte[] body, int limit)
    {
        var source = new ProblemSource(response, ContentCoding.Undo(body, response.Content.Headers.ContentEncoding, limit));
        return Dialects.Select(read => read(source)).FirstOrDefault(static members => members is not null) ?? new ProblemMembers();
    }
}
