namespace Resilience.Http;

/// <summary>What a request has to do with idempotency keys.</summary>
public static class IdempotencyKeyHttpRequestMessageExtensions
{
    private static readonly PolicyNeed Need = new(
        "IdempotencyKey",
        static client => new InvalidIdempotencyKeyException(client, "SetIdempotencyKey", "would not be sent: the client has no AddIdempotencyKey"));

    /// <param name="request">The request.</param>
    extension(HttpRequestMessage request)
    {
        /// <summary>
        /// Sends this idempotency key instead of a random one, on every attempt and whatever the method. The client must have
        /// <c>AddIdempotencyKey</c>; without it the request ends in an <see cref="InvalidIdempotencyKeyException"/>.
        /// </summary>
        /// <param name="key">As <see cref="IdempotencyKeyOptions.CreateKey"/> makes them; checked when the request is sent.</param>
        public void SetIdempotencyKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var settings = RequestSettings.For(request);
            (settings.IdempotencyKey, settings.Need) = (key, Need);
        }

        /// <summary>
        /// The idempotency key that was or will be sent: the one that was set, or the one that stands in the header of a client of this process
        /// that has <c>AddIdempotencyKey</c>. Null before a random one has been made.
        /// </summary>
        /// <returns>The bare key, without the quotes of <see cref="IdempotencyKeyFormat.StructuredString"/>.</returns>
        public string? GetIdempotencyKey() => RequestSettings.Of(request)?.IdempotencyKey ?? KeyHeaders.Find(request);
    }
}
