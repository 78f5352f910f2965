namespace Resilience.Http;

/// <summary>Sets and reads the idempotency key of a request.</summary>
public static class IdempotencyKeyHttpRequestMessageExtensions
{
    private static readonly PolicyNeed Need = new(
        "IdempotencyKey",
        static client => new InvalidIdempotencyKeyException(client, "SetIdempotencyKey", "would not be sent: the client has no AddIdempotencyKey"));

    /// <param name="request">The request.</param>
    extension(HttpRequestMessage request)
    {
        /// <summary>
        /// Sends this idempotency key instead of a random one, on every attempt and with any method. The client needs
        /// <c>AddIdempotencyKey</c>; without it the request ends in an <see cref="InvalidIdempotencyKeyException"/>.
        /// </summary>
        /// <param name="key">The key. The rules of <see cref="IdempotencyKeyOptions.CreateKey"/> are checked when the request is sent.</param>
        public void SetIdempotencyKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var settings = RequestSettings.For(request);
            (settings.IdempotencyKey, settings.Need) = (key, Need);
        }

        /// <summary>
        /// The idempotency key that was or will be sent: the one that was set, or the one in the header that a client with
        /// <c>AddIdempotencyKey</c> in this process uses. Null before a random key has been made.
        /// </summary>
        /// <returns>The bare key, without the quotes of <see cref="IdempotencyKeyFormat.StructuredString"/>.</returns>
        public string? GetIdempotencyKey() => RequestSettings.Of(request)?.IdempotencyKey ?? KeyHeaders.Find(request);

        /// <summary>
        /// The idempotency key that a client with these options sends: the one that was set, or the one in its header, before its first call too. Those in the headers of other clients are none.
        /// </summary>
        /// <param name="options">The options of the client.</param>
        /// <returns>The bare key, without the quotes of <see cref="IdempotencyKeyFormat.StructuredString"/>; null if there is none.</returns>
        public string? GetIdempotencyKey(IdempotencyKeyOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            return RequestSettings.Of(request)?.IdempotencyKey ?? (options.Profile.Carrier is IdempotencyKeyCarrier.Header ? KeyHeaders.Find(request, options.HeaderName) : null);
        }
    }
}
