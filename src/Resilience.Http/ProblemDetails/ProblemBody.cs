using System.Globalization;

namespace Resilience.Http;

/// <summary>A problem as it is passed on, rendered once for all the responses that carry it. They differ in the wait, which stands in a header.</summary>
internal sealed class ProblemBody(Problem problem)
{
    public Problem Problem { get; } = problem.PassedOn();

    public byte[] Json => field ??= ProblemJson.Write(Problem);

    public HttpResponseMessage ToResponse(TimeSpan? retryAfter)
    {
        var response = new HttpResponseMessage(Problem.ResponseStatus) { Content = new ProblemContent(this, retryAfter) };
        if (retryAfter is not { } wait)
            return response;

        var seconds = ((long)Math.Ceiling(Math.Max(0, wait.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
        response.Headers.TryAddWithoutValidation("Retry-After", seconds);
        if (Problem.Kind is OutcomeKind.Throttled or OutcomeKind.RejectedByLimiter)
            response.Headers.TryAddWithoutValidation("RateLimit", $"\"default\";r=0;t={seconds}");

        return response;
    }
}
