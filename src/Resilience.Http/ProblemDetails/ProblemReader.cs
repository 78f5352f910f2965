namespace Resilience.Http;

/// <summary>
/// Makes a problem of any failed response. Never throws, whatever the body is: where it says nothing that is understood, the problem says
/// what the status says.
/// </summary>
internal static class ProblemReader
{
    /// <summary>Reads as much of the body as the limit allows, and leaves it whole for the next reader.</summary>
    /// <param name="outcome">A failed response, and what it advises.</param>
    /// <param name="bounds">How much to read, and how long to wait for it.</param>
    /// <param name="async">Whether to read asynchronously.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async ValueTask<Problem> ReadAsync(Outcome outcome, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        var response = outcome.Response!;
        if (response.Content is ProblemContent { Problem: var known })
            return known;

        var body = bounds.Bytes > 0 && IsReadable(response)
            ? await BodyPeek.ReadAsync(response, bounds, async, cancellationToken).ConfigureAwait(false)
            : [];
        return Read(outcome, body, bounds.Bytes);
    }

    /// <summary>What a response that claims success says of a failure; null if it says nothing, or was not to be inspected.</summary>
    public static async ValueTask<Problem?> InspectAsync(Outcome outcome, ProblemDetailsOptions options, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        var response = outcome.Response!;
        if (!options.InspectsSuccess || bounds.Bytes == 0 || !IsReadable(response) || !MediaType.Of(response.Content).IsJson)
            return null;

        var body = await BodyPeek.ReadAsync(response, bounds, async, cancellationToken).ConfigureAwait(false);
        return ProblemDialects.ReadSuccess(Source(response, body, bounds.Bytes), options) is { } members
            ? Compose(outcome, members)
            : null;
    }

    /// <summary>Whether there is a body that a dialect might understand, so that reading it is worthwhile. Pages for people are not read.</summary>
    public static bool IsReadable(HttpResponseMessage response)
        => BodyRules.MayHaveBody(response)
        && MediaType.Of(response.Content) is { IsJson: true } or { IsXml: true };

    /// <param name="outcome">The failed response, and what it advises.</param>
    /// <param name="body">Its whole body as it came over the wire; empty if there is none, or none within bounds.</param>
    /// <param name="limit">The most bytes that the body may unpack to.</param>
    public static Problem Read(in Outcome outcome, byte[] body, int limit)
        => Compose(outcome, ProblemDialects.Read(Source(outcome.Response!, body, limit)) ?? new ProblemMembers());

    private static Problem Compose(in Outcome outcome, ProblemMembers members)
    {
        var response = outcome.Response!;
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
            Kind = members.Kind ?? outcome.Kind,
            RetryAfter = outcome.Advice?.Delay ?? members.RetryAfter,
        };
    }

    private static ProblemSource Source(HttpResponseMessage response, byte[] body, int limit)
        => new(response, ContentCoding.Undo(body, response.Content.Headers.ContentEncoding, limit));
}
