using System.Net;

namespace Resilience.Http;

/// <summary>A problem as the body of a response. It keeps the problem, whose kind says more than the status.</summary>
internal sealed class ProblemContent : ByteArrayContent
{
    private readonly TimeSpan? _retryAfter;

    public ProblemContent(ProblemBody body, TimeSpan? retryAfter)
        : base(body.Json)
    {
        (Body, _retryAfter) = (body, retryAfter);
        Headers.TryAddWithoutValidation("Content-Type", ProblemJson.MediaType);
    }

    /// <summary>What it may share with other responses.</summary>
    public ProblemBody Body { get; }

    public Problem Problem => Body.Problem.After(_retryAfter);

    /// <summary>
    /// Puts a problem in the place of the body that a response came with, unless it came as one. Fields about that body go, others (Allow)
    /// stay; a status that claims success gives way to the one that the problem calls for.
    /// </summary>
    public static HttpResponseMessage Replace(HttpResponseMessage response, Problem problem)
    {
        if (problem.IsStandard)
            return response;

        using var original = response.Content;
        var content = new ProblemContent(new(problem), problem.RetryAfter);
        foreach (var (name, values) in original.Headers.NonValidated)
        {
            // Of a 416 that is no range of the body, but how long the resource is (RFC 9110 §15.5.17).
            if (!name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable && name.Equals("Content-Range", StringComparison.OrdinalIgnoreCase)))
                content.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = content;
        if (response.StatusCode != problem.ResponseStatus)
            (response.StatusCode, response.ReasonPhrase) = (problem.ResponseStatus, null);

        return response;
    }
}
