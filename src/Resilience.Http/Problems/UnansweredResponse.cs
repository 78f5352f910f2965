using System.Globalization;
using System.Net;

namespace Resilience.Http;

/// <summary>The answer to a call that nobody answered. It keeps its problem, whose kind says more than its status.</summary>
internal sealed class UnansweredResponse : HttpResponseMessage
{
    public UnansweredResponse(HttpRequestMessage request, HttpStatusCode status, Problem problem)
        : base(status)
    {
        Problem = problem;
        RequestMessage = request;
        Version = request.Version;
        Content = new ProblemContent(problem);
        if (problem.RetryAfter is { } wait)
            Headers.TryAddWithoutValidation("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture));
    }

    public Problem Problem { get; }
}
