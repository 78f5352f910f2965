namespace Resilience.Http;

/// <summary>What a single request may ask for, whatever the policies of its client.</summary>
public static class HttpRequestMessageExtensions
{
    /// <param name="request">The request.</param>
    extension(HttpRequestMessage request)
    {
        /// <summary>Gives the request the circuit, the bucket and the retry budget of this partition, whatever its address.</summary>
        /// <param name="partition">The name: a tenant, an account; compared by ordinal.</param>
        public void SetPartition(string partition)
        {
            ArgumentException.ThrowIfNullOrEmpty(partition);
            RequestSettings.For(request).Partition = partition;
        }

        /// <summary>The partition that was set on the request.</summary>
        /// <returns>The name; null if none was set.</returns>
        public string? GetPartition() => RequestSettings.Of(request)?.Partition;

        /// <summary>The timeout that was set on the request.</summary>
        /// <returns>The timeout; null if none was set.</returns>
        public TimeSpan? GetTimeout() => RequestSettings.Of(request)?.Timeout;

        /// <summary>
        /// Lets the request give way to others, for work that nobody waits for. It takes a permit of a token bucket only while nobody else waits for one, and at most
        /// the <see cref="TokenBucketOptions.BackgroundShare"/> of its rate; its retries have a budget of their own. It waits in a line of its own, under the same
        /// <see cref="TokenBucketOptions.QueueLimit"/> and <see cref="TokenBucketOptions.MaxQueueTime"/>.
        /// </summary>
        public void SetBackground() => RequestSettings.For(request).IsBackground = true;

        /// <summary>
        /// Bounds this call, retries and the buffered body included. The client's own timeouts still apply; the shortest one counts. At the bound
        /// the call ends in a <see cref="TotalTimeoutException"/>.
        /// </summary>
        /// <param name="timeout">More than zero, at most 24 hours.</param>
        /// <exception cref="ArgumentOutOfRangeException">The timeout is out of range.</exception>
        public void SetTimeout(TimeSpan timeout)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromHours(24));
            RequestSettings.For(request).Timeout = timeout;
        }

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

        /// <summary>The number of the attempt that is under way, for handlers inside retry: 1 for the first of the call.</summary>
        /// <returns>The number; after the call the number of attempts that were sent, or 1 if the call was rejected before: then <see cref="ResilienceException.Attempts"/> is 0.</returns>
        public int GetAttempt() => RequestSettings.AttemptOf(request);
    }
}
