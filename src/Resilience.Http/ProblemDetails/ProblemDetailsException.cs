namespace Resilience.Http;

/// <summary>
/// A call failed; <see cref="Problem"/> says how, in the form of RFC 9457. If there was a response it is disposed: the problem is what is
/// left of it. If there was none, the inner exception is the one that said so.
/// </summary>
public sealed class ProblemDetailsException : ResilienceException
{
    private const int MaxMessage = 1000;

    /// <summary>A failure made for a test.</summary>
    /// <param name="problem">What went wrong.</param>
    public ProblemDetailsException(Problem problem)
        : this(client: null, problem, request: null)
    {
    }

    internal ProblemDetailsException(string? client, Problem problem, HttpRequestMessage? request, Exception? inner = null)
        : base(inner is null ? Explain(client, problem) : LogText.Message(inner, MaxMessage), problem.Kind, inner, problem.Status)
    {
        Problem = problem;
        RetryAfter = problem.RetryAfter;
        Subject = request;
        Attempts = (inner as ResilienceException)?.Attempts ?? (request is null ? 1 : RequestSettings.AttemptOf(request));
    }

    /// <summary>What went wrong.</summary>
    public Problem Problem { get; }

    /// <summary>Reads the problem of a failed response, and disposes the response.</summary>
    internal static async Task<ProblemDetailsException> OfAsync(
        HttpResponseMessage response, string? client, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        using (response)
        {
            var problem = await ProblemReader.ReadAsync(Outcome.FromCall(response, bounds.Time), bounds, async, cancellationToken).ConfigureAwait(false);
            return new ProblemDetailsException(client, problem, response.RequestMessage);
        }
    }

    private static string Explain(string? client, Problem problem)
        => client is null ? $"The server answered {problem}." : $"Client '{client}': the server answered {problem}.";
}
