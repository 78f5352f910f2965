using System.Net;

namespace Resilience.Http;

public sealed partial record IdempotencyProfile
{
    /// <summary>The IETF draft draft-ietf-httpapi-idempotency-key-header, for a server that says no more than that it honours keys. Its retention is unpublished.</summary>
    public static IdempotencyProfile Standard { get; } = new() { Name = nameof(Standard), HonoursOtherMethods = true };

    /// <summary>
    /// Stripe's API v1: POST only; kept for at least 24 hours; stores the first result, a 500 too. 409 is in flight, 400 <c>idempotency_error</c> a mismatch.
    /// Source: docs.stripe.com/api/idempotent_requests, /error-low-level, 2026-09-30.
    /// </summary>
    public static IdempotencyProfile Stripe { get; } = new()
    {
        Name = nameof(Stripe),
        Methods = ["POST"],
        Retention = TimeSpan.FromHours(24),
        Judge = static answer => (answer.Status, answer.Code) switch
        {
            (HttpStatusCode.Conflict, null or "idempotency_key_in_use" or "idempotency_error") => IdempotencyVerdict.InFlight,
            (_, "idempotency_key_in_use") => IdempotencyVerdict.InFlight,
            (_, "idempotency_error") => IdempotencyVerdict.Mismatch,
            _ => IdempotencyVerdict.None,
        },
    };

    /// <summary>Stripe's API v2: POST and DELETE; kept for 30 days; what failed is resumed. Source: docs.stripe.com/api-v2-overview, 2026-09-30.</summary>
    public static IdempotencyProfile StripeV2 { get; } = Stripe with
    {
        Name = nameof(StripeV2),
        Methods = ["POST", "DELETE"],
        Retention = TimeSpan.FromDays(30),
        Stores = IdempotencyResults.Resumed,
    };

    /// <summary>
    /// Adyen: POST only, at most 64 characters, kept for at least 7 days (older pages say 31). 409 or 422 with code 704 is processed or in progress; only <c>transient-error: true</c>
    /// says that repeating helps. Source: docs.adyen.com/development-resources/api-idempotency, 2026-11.
    /// </summary>
    public static IdempotencyProfile Adyen { get; } = new()
    {
        Name = nameof(Adyen),
        Methods = ["POST"],
        MaxLength = 64,
        Retention = TimeSpan.FromDays(7),
        ReplayMark = null,
        Judge = static answer => answer switch
        {
            { Code: "704" } when IsTransient(answer) => IdempotencyVerdict.InFlight,
            { Code: "704" } or { Status: HttpStatusCode.Conflict } => IdempotencyVerdict.Unknown,
            _ => IdempotencyVerdict.None,
        },
    };

    /// <summary>
    /// PayPal: <c>PayPal-Request-Id</c>, POST; retention by API and mostly unpublished; answers the latest status; a simultaneous repetition may fail with 409.
    /// Source: developer.paypal.com/api/rest/reference/idempotency, 2026-11.
    /// </summary>
    public static IdempotencyProfile PayPal { get; } = new()
    {
        Name = nameof(PayPal),
        HeaderName = "PayPal-Request-Id",
        Methods = ["POST"],
        Stores = IdempotencyResults.LatestStatus,
        ReplayMark = null,
        Judge = InFlightOnConflict,
    };

    /// <summary>Checkout.com: <c>Cko-Idempotency-Key</c>, POST; kept for 24 hours; stores successes only. 409 is in flight. Source: checkout.com/docs, 2026-01-07.</summary>
    public static IdempotencyProfile Checkout { get; } = new()
    {
        Name = nameof(Checkout),
        HeaderName = "Cko-Idempotency-Key",
        Methods = ["POST"],
        Retention = TimeSpan.FromHours(24),
        Stores = IdempotencyResults.Successes,
        ReplayMark = null,
        Judge = InFlightOnConflict,
    };

    /// <summary>Mangopay: POST, 16 to 36 letters, digits and hyphens, kept for 24 hours. 409 for every repetition: it is done, and the first answer has to be fetched by its key. Source: docs.mangopay.com, 2026-11.</summary>
    public static IdempotencyProfile Mangopay { get; } = new()
    {
        Name = nameof(Mangopay),
        Methods = ["POST"],
        MinLength = 16,
        MaxLength = 36,
        IsAlphanumeric = true,
        Retention = TimeSpan.FromHours(24),
        ReplayMark = null,
        Judge = static answer => answer.Status is HttpStatusCode.Conflict ? IdempotencyVerdict.Done : IdempotencyVerdict.None,
    };

    /// <summary>TrueLayer: POST; kept for 6 hours (a newer page says 30 days). 409 is in flight, 422 a mismatch. Source: docs.truelayer.com, 2026-06-02.</summary>
    public static IdempotencyProfile TrueLayer { get; } = new() { Name = nameof(TrueLayer), Methods = ["POST"], Retention = TimeSpan.FromHours(6), ReplayMark = null };

    /// <summary>PPRO: <c>Request-Idempotency-Key</c>, POST; kept for 24 hours, 4xx are not stored; a stored answer is marked. 409 is in flight. Source: developerhub.ppro.com, 2026-11.</summary>
    public static IdempotencyProfile Ppro { get; } = new()
    {
        Name = nameof(Ppro),
        HeaderName = "Request-Idempotency-Key",
        Methods = ["POST"],
        Retention = TimeSpan.FromHours(24),
        ReplayMark = "Request-Idempotency",
        Judge = InFlightOnConflict,
    };

    /// <summary>
    /// Square: the key is <c>idempotency_key</c> in the body, of at most 45 characters; a header would be ignored. Retention is unpublished. Source: developer.squareup.com/docs/build-basics/common-api-patterns/idempotency,
    /// and its forum, 2026-10.
    /// </summary>
    public static IdempotencyProfile Square { get; } = new()
    {
        Name = nameof(Square),
        Carrier = IdempotencyKeyCarrier.Body,
        Methods = ["POST", "PUT"],
        MaxLength = 45,
        ReplayMark = null,
        Judge = static answer => answer.Code is "IDEMPOTENCY_KEY_REUSED" ? IdempotencyVerdict.Mismatch : InFlightOnConflict(answer),
    };

    internal static IReadOnlyList<IdempotencyProfile> Shipped => [Standard, Stripe, StripeV2, Adyen, PayPal, Checkout, Mangopay, TrueLayer, Ppro, Square];

    private static IdempotencyVerdict InFlightOnConflict(IdempotencyAnswer answer)
        => answer.Status is HttpStatusCode.Conflict ? IdempotencyVerdict.InFlight : IdempotencyVerdict.None;

    private static bool IsTransient(IdempotencyAnswer answer)
        => answer.Headers.NonValidated.TryGetValues("transient-error", out var value) && value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase);
}
