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
        /// <exception cref="OutboxUnavailableException">It is in the body, and nobody has named it; or it would never be sent.</exception>
        public string KeyOf(HttpRequestMessage request)
        {
            var options = client.KeyOptions;
            var named = request.GetIdempotencyKey(options);
            var key = named ?? (options.Profile.Carrier is IdempotencyKeyCarrier.Body
                ? throw new OutboxUnavailableException($"Client '{client.Name}': the call was not kept, because its key is in its body and not known; name it with SetIdempotencyKey.")
                : options.CreateKey(request));
            if (options.FindFault(key) is { } fault)
                throw new OutboxUnavailableException($"Client '{client.Name}': the call was not kept, because its idempotency key {fault}.");

            // It may be kept though nobody hears of it: the same message, handed in again, is the same call.
            if (named is null)
                request.SetIdempotencyKey(key);
            return key;
        }

        /// <summary>The key as it stands in its header; null if the client writes it there in the same way.</summary>
        public string? WrittenKeyOf(HttpRequestMessage request)
        {
            var options = client.KeyOptions;
            if (options.Profile.Carrier is IdempotencyKeyCarrier.Body || !request.Headers.NonValidated.TryGetValues(options.HeaderName, out var values))
                return null;

            var written = values.ToString();
            return options.Format is IdempotencyKeyFormat.Raw && written == request.GetIdempotencyKey(options) ? null : written;
        }

        /// <summary>The field that a key is written into; null if it is in the body.</summary>
        /// <param name="key">The key.</param>
        /// <param name="written">The key as its caller wrote it; null if the client writes it.</param>
        public string? KeyFieldOf(string key, string? written)
            => client.KeyOptions is { Profile.Carrier: not IdempotencyKeyCarrier.Body } options
                ? $"{options.HeaderName.ToUpperInvariant()}: {written ?? (options.Format is IdempotencyKeyFormat.Raw ? key : $"\"{key}\"")}"
                : null;

        /// <summary>Whether an attempt before may have ended in a failure that the server has not stored, and would act again; and somebody can be asked.</summary>
        public bool MayHaveFailedUnstored(OutboxRow row)
            => row.FirstSentAt is not null && client.Profile.Stores is IdempotencyResults.Successes && client.Services.HasReconciler;

        /// <summary>Whether a call would go with another key, to its server, than it may have gone with before: its client writes keys in another way by now.</summary>
        public bool IsKeyWrittenAnew(OutboxRow row, EntryHead head)
            => row is { FirstSentAt: not null, SentKey: null } && head.KeyField is { } before && before != client.KeyFieldOf(row.Key, head.WrittenKey);
    }

    // RFC 9110 §9.2.2, RFC 10008: twice is as once, whatever the key.
    private static bool IsIdempotent(string method) => method.ToUpperInvariant() is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE" or "QUERY";
}
