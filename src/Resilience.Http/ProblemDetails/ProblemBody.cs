using System.Globalization;

namespace Resilience.Http;

/// <summary>A problem as it is passed on, rendered once for all the responses that carry it. They differ in the wait, which stands in a header.</summary>
internal sealed class ProblemBody(Problem problem)
{
    // Who is rejected for one cause mostly has as long to wait as the one before, in whole seconds.
    private WaitFields? _last;

    public Problem Problem { get; } = problem.PassedOn();

    public byte[] Json => field ??= ProblemJson.Write(Problem);

    public HttpResponseMessage ToResponse(TimeSpan? retryAfter)
    {
        var response = new HttpResponseMessage(Problem.ResponseStatus) { Content = new ProblemContent(this, retryAfter) };
        if (retryAfter is not { } wait)
            return response;

        var fields = FieldsOf((long)Math.Ceiling(Math.Max(0, wait.TotalSeconds)));
        response.Headers.TryAddWithoutValidation("Retry-After", fields.RetryAfter);
        if (Problem.Kind is OutcomeKind.Throttled or OutcomeKind.RejectedByLimiter)
            response.Headers.TryAddWithoutValidation("RateLimit", fields.RateLimit);

        return response;
    }

    private WaitFields FieldsOf(long seconds) => _last is { } last && last.Seconds == seconds ? last : _last = new(seconds);

    private sealed class WaitFields(long seconds)
    {
        public long Seconds => seconds;

        public string RetryAfter { get; } = seconds.ToString(CultureInfo.InvariantCulture);

        public string RateLimit { get; } = string.Create(CultureInfo.InvariantCulture, $"\"default\";r=0;t={seconds}");
    }
}
