namespace Resilience.Http;

/// <summary>What a request has to do with retries.</summary>
public static class RetryHttpRequestMessageExtensions
{
    /// <param name="request">The request.</param>
    extension(HttpRequestMessage request)
    {
        /// <summary>Sends this request once, whatever comes back.</summary>
        public void DisableRetries() => RequestSettings.For(request).RetriesDisabled = true;

        /// <summary>
        /// Declares that sending this request twice has the effect of sending it once, whatever its method: a POST that only reads, such as a GraphQL
        /// query or a search. Then it is retried as a GET is, without an idempotency key (RFC 9110 §9.2.2).
        /// </summary>
        public void SetRepeatable() => RequestSettings.For(request).IsRepeatable = true;

        /// <summary>
        /// How the retries of this request's call went, once it has ended; null if the first attempt gave no reason for another, if retries are
        /// disabled, or if a circuit or a limit rejected the first attempt at once, as its exception says.
        /// </summary>
        /// <returns>The report.</returns>
        public RetryReport? GetRetryReport() => RequestSettings.Of(request)?.Report as RetryReport;
    }
}
