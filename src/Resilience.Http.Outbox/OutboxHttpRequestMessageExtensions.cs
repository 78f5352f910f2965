namespace Resilience.Http;

/// <summary>What a single request asks of the outbox of its client.</summary>
public static class OutboxHttpRequestMessageExtensions
{
    /// <param name="request">The request.</param>
    extension(HttpRequestMessage request)
    {
        /// <summary>Makes kept calls with the same ordering key one after the other, in the order in which they were kept; within transactions, committed. A call that its caller makes does not wait for them.</summary>
        /// <param name="orderingKey">Such as the number of an account; compared by ordinal.</param>
        public void SetOrderingKey(string orderingKey)
        {
            ArgumentException.ThrowIfNullOrEmpty(orderingKey);
            OutboxSettings.For(request).OrderingKey = orderingKey;
        }

        /// <summary>Stores a word with the call, for <see cref="OutboxOptions.OnRestore"/>, reconcilers and observers: a tenant, an order number. No secrets.</summary>
        /// <param name="name">The name.</param>
        /// <param name="value">The value.</param>
        public void SetOutboxTag(string name, string value)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(value);
            OutboxSettings.For(request).Tags[name] = value;
        }

        /// <summary>Makes the call without the outbox.</summary>
        public void DisableOutbox() => OutboxSettings.For(request).IsDisabled = true;
    }
}
