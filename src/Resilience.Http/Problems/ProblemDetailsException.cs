namespace Resilience.Http;

/// <summary>A call failed; <see cref="Problem"/> says how, in the form of RFC 9457. Its response is disposed, the problem is what is left of it.</summary>
public sealed class ProblemDetailsException : ResilienceException
{
    /// <summary>Wraps a problem, for example in a test of code that catches it.</summary>
    /// <param name="problem">What went wrong.</param>
    /// <param name="inner">The exception that the problem was made of; null if it was made of a response.</param>
    public ProblemDetailsException(Problem problem, Exception? inner = null)
        : base($"The call failed: {problem}", problem.Kind, inner, problem.Status)
    {
        Problem = problem;
        RetryAfter = problem.RetryAfter;
        Attempts = (inner as ResilienceException)?.Attempts ?? 0;
    }

    /// <summary>What went wrong.</summary>
    public Problem Problem { get; }
}
