namespace Resilience.Http;

/// <summary>
/// A call failed; <see cref="Problem"/> says how, in the form of RFC 9457. If there was a response it is disposed: the problem is what is
/// left of it. If there was none, the inner exception is the one that said so.
/// </summary>
public sealed class ProblemDetailsException : ResilienceException
{
    internal ProblemDetailsException(string? client, Problem problem, HttpRequestMessage? request, Exception? inner = null)
        : base(inner?.Message ?? Explain(client, problem), problem.Kind, inner, problem.Status)
    {
        Problem = problem;
        RetryAfter = problem.RetryAfter;
        Attempts = request?.RetryReport?.Attempts ?? (inner is ResilienceException { WasRejected: true } ? 0 : 1);
    }

    /// <summary>What went wrong.</summary>
    public Problem Problem { get; }

    /// <summary>Reads the problem of a failed response, and disposes the response.</summary>
    internal static async Task<ProblemDetailsException> OfAsync(
        HttpResponseMessage response, string? client, int limit, TimeProvider time, bool async, CancellationToken cancellationToken)
    {
        using (response)
        {
            var problem = await ProblemReader.ReadAsync(ProblemReader.Judge(response, time), limit, async, cancellationToken).ConfigureAwait(false);
            return new ProblemDetailsException(client, problem, response.RequestMessage);
        }
    }

    private static string Explain(string? client, Problem problem)
        => client is null ? $"The server answered {problem}." : $"Client '{client}': the server answered {problem}.";
}
