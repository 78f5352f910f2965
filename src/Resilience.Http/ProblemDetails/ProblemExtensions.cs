using System.Buffers;
using System.Net;
using System.Text;

namespace Resilience.Http;

/// <summary>Passes failures of upstream calls on to one's own callers, in the form of RFC 9457 and without a web framework.</summary>
public static class ProblemExtensions
{
    /// <param name="problem">The problem to pass on.</param>
    extension(Problem problem)
    {
        /// <summary>
        /// The problem as a response with <c>ResponseStatus</c> and a body of <c>application/problem+json</c>. If the wait is known it
        /// has <c>Retry-After</c> in whole seconds, rounded up, and if a limit caused it <c>RateLimit</c>
        /// (draft-ietf-httpapi-ratelimit-headers-11), for example <c>"default";r=0;t=30</c>.
        /// </summary>
        /// <returns>A new response, to be disposed by the caller.</returns>
        public HttpResponseMessage ToResponse() => new ProblemBody(problem).ToResponse(problem.RetryAfter);

        /// <summary>The problem as <c>application/problem+json</c>, its status being <c>ResponseStatus</c>.</summary>
        /// <returns>The JSON.</returns>
        public string ToJson() => Encoding.UTF8.GetString(ProblemJson.Write(problem.PassedOn()));

        /// <summary>Writes what <see cref="ToJson"/> returns as UTF-8.</summary>
        /// <param name="output">Where to, such as the pipe of a response; it is not flushed.</param>
        public void WriteTo(IBufferWriter<byte> output) => ProblemJson.Write(problem.PassedOn(), output);

        /// <summary>The problem as it reads to one's own callers: with the status that they get, and the name of it if there is no title.</summary>
        internal Problem PassedOn()
        {
            var status = problem.ResponseStatus;
            var title = problem.Title ?? (problem.IsGeneric ? ReasonPhrases.Of(status) : null);
            return problem.Status == status && problem.Title == title ? problem : Copy(problem, status, title, problem.RetryAfter);
        }

        /// <summary>The problem with another wait.</summary>
        internal Problem After(TimeSpan? retryAfter)
            => problem.RetryAfter == retryAfter ? problem : Copy(problem, problem.Status, problem.Title, retryAfter);
    }

    private static Problem Copy(Problem problem, HttpStatusCode? status, string? title, TimeSpan? retryAfter) => new()
    {
        Type = problem.Type,
        Title = title,
        Detail = problem.Detail,
        Instance = problem.Instance,
        ProblemStatus = problem.ProblemStatus,
        Status = status,
        Kind = problem.Kind,
        RetryAfter = retryAfter,
        Extensions = problem.Extensions,
    };
}
