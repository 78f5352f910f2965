namespace Resilience.Http;

/// <summary>What a single request may ask for.</summary>
public static class RequestExtensions
{
    /// <param name="request">The request, before it is sent.</param>
    extension(HttpRequestMessage request)
    {
        /// <summary>
        /// Sends this idempotency key instead of a random one, on every attempt. Takes effect on clients with
        /// <c>AddIdempotencyKey</c>, whatever the request's method.
        /// </summary>
        /// <param name="key">As <see cref="IdempotencyKeyOptions.CreateKey"/> makes them; checked when the request is sent.</param>
        public void SetIdempotencyKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            RequestSettings.For(request).IdempotencyKey = key;
        }

        /// <summary>Gives the request the circuit, the bucket and the retry budget of this partition, whatever its address.</summary>
        /// <param name="partition">The name: a tenant, an account; compared by ordinal.</param>
        public void SetPartition(string partition)
        {
            ArgumentException.ThrowIfNullOrEmpty(partition);
            RequestSettings.For(request).Partition = partition;
        }

        /// <summary>
        /// Bounds this call, retries and the buffered body included. The client's own timeout still applies; the shorter one counts.
        /// At the bound the call ends in a <see cref="TotalTimeoutException"/>.
        /// </summary>
        /// <param name="timeout">More than zero, at most 24 hours.</param>
        /// <exception cref="ArgumentOutOfRangeException">The timeout is out of bounds.</exception>
        public void SetTimeout(TimeSpan timeout)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromHours(24));
            RequestSettings.For(request).Timeout = timeout;
        }

        /// <summary>Sends this request once, whatever comes back.</summary>
        public void DisableRetries() => RequestSettings.For(request).RetriesDisabled = true;

        /// <summary>
        /// Makes the body from this factory: once now, and once more whenever the request is sent again, so that a body which can be read
        /// only once can be sent again.
        /// </summary>
        /// <param name="factory">Makes a fresh body with the same meaning; contents that were replaced are disposed.</param>
        /// <exception cref="InvalidOperationException">
        /// The factory returns null. If it fails later, or returns the content in use, the request is not sent again.
        /// </exception>
        public void SetContentFactory(Func<HttpContent> factory)
        {
            ArgumentNullException.ThrowIfNull(factory);
            var contents = new ContentFactory(factory);
            contents.Use(contents.Make(), request);
            RequestSettings.For(request).ContentFactory = contents;
        }

        /// <summary>
        /// How the retries of this request's call went; null if the first attempt gave no reason for another, if retries are disabled, or if
        /// an open circuit or a limit refused the first attempt at once, as its exception says.
        /// </summary>
        public RetryReport? RetryReport => RequestSettings.Find(request)?.Report;
    }
}
