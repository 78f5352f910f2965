namespace Resilience.Http;

/// <summary>How an idempotency key is written into its header.</summary>
public enum IdempotencyKeyFormat
{
    /// <summary>The bare key, as Stripe, Adyen, PayPal and most others expect it.</summary>
    Raw,

    /// <summary>A structured-field string, in double quotes (RFC 9651 §3.3.3), as the IETF draft draft-ietf-httpapi-idempotency-key-header requires.</summary>
    StructuredString,
}
