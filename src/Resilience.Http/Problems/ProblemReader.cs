namespace Resilience.Http;

/// <summary>
/// Makes a problem of any failed response. Never throws, whatever the body is: where it says nothing that is understood, the problem says
/// what the status says.
/// </summary>
internal static class ProblemReader
{
    /// <summary>Reads as much of the body as the limit allows, and leaves it whole for whoever reads it next.</summary>
    public static async ValueTask<Problem> ReadAsync(
        HttpResponseMessage response, int limit, TimeProvider time, bool async, CancellationToken cancellationToken)
    {
        if (response.Content is ProblemContent { Problem: var known })
            return known;

        var body = limit > 0 && IsReadable(response)
            ? await BodyPeek.ReadAsync(response, limit, async, cancellationToken).ConfigureAwait(false)
            : [];
        return Read(response, body, limit, RetryAfter.Read(response, time));
    }

    /// <summary>What a response that claims success says of a failure; null if it says nothing, or was not to be inspected.</summary>
    public static async ValueTask<Problem?> InspectAsync(
        HttpResponseMessage response, ProblemDetailsOptions options, TimeProvider time, bool async, CancellationToken cancellationToken)
    {
        var limit = options.MaxBodyBytes;
        if (!options.InspectsSuccess || limit == 0 || !IsReadable(response) || !MediaType.Of(response.Content).IsJson)
            return null;

        var body = await BodyPeek.ReadAsync(response, limit, async, cancellationToken).ConfigureAwait(false);
        return ProblemDialects.ReadSuccess(Source(response, body, limit), options) is { } members
            ? Compose(response, members, RetryAfter.Read(response, time))
            : null;
    }

    /// <summary>Whether there is a body that a dialect might understand, so that reading it is worthwhile. Pages for people are not read.</summary>
    public static bool IsReadable(HttpResponseMessage response)
        => (int)response.StatusCode is not (204 or 205 or 304)
        && response.RequestMessage?.Method != HttpMethod.Head
        && MediaType.Of(response.Content) is { IsJson: true } or { IsXml: true };

    /// <param name="response">The failed response.</param>
    /// <param name="body">Its whole body as it came over the wire; empty if there is none, or none within bounds.</param>
    /// <param name="limit">The most bytes that the body may unpack to.</param>
    /// <param name="retryAfter">How long the server asks to wait.</param>
    public static Problem Read(HttpResponseMessage response, byte[] body, int limit, TimeSpan? retryAfter)
        => Compose(response, ProblemDialects.Read(Source(response, body, limit)) ?? new ProblemMembers(), retryAfter);

    private static Problem Compose(HttpResponseMessage response, ProblemMembers members, TimeSpan? retryAfter)
    {
        var type = ProblemType.Resolve(members.Type, response.RequestMessage?.RequestUri);

        return new Problem
        {
            Type = type,
            Title = members.Title ?? (ProblemType.IsGeneric(type) ? ReasonPhrases.Of(response.StatusCode) : null),
            Detail = members.Detail,
            Instance = members.Instance,
            ProblemStatus = members.Status,
            Extensions = members.Extensions,
            IsStandard = members.IsStandard,
            Status = response.StatusCode,
            Kind = members.Kind ?? Outcome.Of(response).Kind,
            RetryAfter = retryAfter ?? members.RetryAfter,
        };
    }

    private static ProblemSource Source(HttpResponseMessage response, byte[] body, int limit)
        => new(response, ContentCoding.Undo(body, response.Content.Headers.ContentEncoding, limit));
}
