namespace Resilience.Http;

/// <summary>Reads problems from responses, with or without <c>AddProblemDetails</c> on the client.</summary>
public static class HttpResponseMessageExtensions
{
    private static readonly BodyBounds Bounds = new(new ProblemDetailsOptions().MaxBodyBytes, Timeout.InfiniteTimeSpan, TimeProvider.System);

    /// <param name="response">The response, its body not yet read; or read, if the client buffered it.</param>
    extension(HttpResponseMessage response)
    {
        /// <summary>
        /// Why the call failed, in the form of RFC 9457. At most 64 KiB of the body are read for it, and the body stays readable;
        /// whatever the body is, there is a problem, which says at least what the status says.
        /// </summary>
        /// <param name="cancellationToken">Ends the reading of the body.</param>
        /// <returns>The problem; null if the status is below 400.</returns>
        public async Task<Problem?> ReadProblemDetailsAsync(CancellationToken cancellationToken = default)
            => Outcome.IsSuccessStatus(response)
                ? null
                : await ProblemReader
                    .ReadAsync(Outcome.FromCall(response), Bounds, async: true, cancellationToken).ConfigureAwait(false);

        /// <summary>
        /// The response, if its status is below 400. Unlike <see cref="HttpResponseMessage.EnsureSuccessStatusCode"/> it reads what the
        /// server says about a failure, and lets redirects and 304 pass, which fail nothing.
        /// </summary>
        /// <param name="cancellationToken">Ends the reading of the body.</param>
        /// <returns>The same response.</returns>
        /// <exception cref="ProblemDetailsException">The status is 400 or more; the response is disposed.</exception>
        public async Task<HttpResponseMessage> EnsureSuccessOrThrowProblemAsync(CancellationToken cancellationToken = default)
            => Outcome.IsSuccessStatus(response)
                ? response
                : throw await ProblemDetailsException
                    .OfAsync(response, client: null, Bounds, async: true, cancellationToken).ConfigureAwait(false);
    }
}
