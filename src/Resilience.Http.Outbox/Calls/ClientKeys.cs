namespace Resilience.Http;

/// <summary>What the outbox knows of the keys of a client.</summary>
internal static class ClientKeys
{
    /// <param name="client">The client.</param>
    extension(OutboxClient client)
    {
        /// <summary>The life of a key on a method. Where the server does not honour it, it tells nothing once the call may have arrived.</summary>
        public KeyLife KeyLifeOn(string method)
            => IsIdempotent(method) || client.Profile.HonoursOtherMethods || client.KeyOptions.Methods.Contains(method) ? client.KeyLife : KeyLife.None;

        /// <summary>The key of a call that is kept without being made first, made like that of any other call if it has none.</summary>
        /// <exception cref="OutboxUnavailableException">It is in the body, and nobody has named it.</exception>
        public string KeyOf(HttpRequestMessage request) => request.GetIdempotencyKey(client.KeyOptions) ?? (client.Profile.Carrier is IdempotencyKeyCarrier.Body
            ? throw new OutboxUnavailableException($"Client '{client.Name}': the call was not kept, because its key is in its body and not known; name it with SetIdempotencyKey.")
            : client.KeyOptions.CreateKey(request));
    }

    // RFC 9110 §9.2.2, RFC 10008: twice is as once, whatever the key.
    private static bool IsIdempotent(string method) => method.ToUpperInvariant() is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE" or "QUERY";
}
