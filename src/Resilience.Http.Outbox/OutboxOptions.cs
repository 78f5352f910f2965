using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Which calls are kept, how they lie on disk, and how they are made later.</summary>
public sealed class OutboxOptions : IValidatableObject
{
    /// <summary>When a call is kept. The default is <see cref="OutboxMode.OnFailure"/>.</summary>
    [Defined]
    public OutboxMode Mode { get; set; } = OutboxMode.OnFailure;

    /// <summary>How the caller learns that its call was kept. The default is <see cref="OutboxReply.Exception"/>.</summary>
    [Defined]
    public OutboxReply Reply { get; set; } = OutboxReply.Exception;

    /// <summary>
    /// Stores requests and answers as they are; whoever can read the store can read them. Set this, or <see cref="Protect"/> and <see cref="Unprotect"/>. The default is false.
    /// </summary>
    public bool StorePlaintext { get; set; }

    /// <summary>Encrypts what is stored, and authenticates it together with the second argument: the id, the client, the destination and the key of the entry. Called by many threads at once.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, byte[]>? Protect { get; set; }

    /// <summary>The reverse of <see cref="Protect"/>; throws if what was stored, or the second argument, has been changed.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, byte[]>? Unprotect { get; set; }

    /// <summary>
    /// The request headers that are stored; all others are not, so that no credentials lie on disk. Inner handlers and the client's own default headers add theirs again when the call is made
    /// later. Configuration adds to the defaults: Accept, Accept-Language, If-Match, If-None-Match, Prefer, those of the content, and those by which providers choose an account or a version: Stripe-Account,
    /// Stripe-Context, Stripe-Version, PayPal-Auth-Assertion, PayPal-Partner-Attribution-Id, Merchant-Id and Square-Version. One that is not stored is named once in the log.
    /// </summary>
    public ISet<string> StoredHeaders { get; } = new HashSet<string>(
        ["Accept", "Accept-Language", "If-Match", "If-None-Match", "Prefer", "Stripe-Account", "Stripe-Context", "Stripe-Version", "PayPal-Auth-Assertion", "PayPal-Partner-Attribution-Id", "Merchant-Id", "Square-Version", "Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Query parameters that are left out of the stored address; <see cref="OnRestore"/> can put them back. Empty by default.</summary>
    public ISet<string> UnstoredQueryParameters { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Authorities that calls may go to, such as <c>https://api.example.com</c>. Checked when a call is kept and again before it is made: whoever can write the store must not choose where credentials are sent. Empty, the
    /// default, allows that of the client's base address only.
    /// </summary>
    public ISet<string> AllowedAuthorities { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The largest request body that is kept, in bytes up to 16 MiB. The default is 256 KiB.</summary>
    [Bounds(0, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>The largest response body that is stored as the answer, in bytes up to 1 MiB; a longer one is left out. The default is 64 KiB.</summary>
    [Bounds(0, 1024 * 1024)]
    public int MaxAnswerBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// For how long the server remembers a key, from 1 s to 365 days. It counts from the first attempt that may have reached the server. The default is null: what the client's <see cref="IdempotencyProfile"/> says. If that
    /// says nothing, a call of unknown outcome is not sent again without an <see cref="IOutboxReconciler"/>.
    /// </summary>
    [Duration("00:00:01", "365.00:00:00")]
    public TimeSpan? Retention { get; set; }

    /// <summary>How long before the end of the retention a key is no longer trusted, up to 1 day and shorter than the retention. The default is null: a 24th of the retention, an hour for a day.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan? RetentionMargin { get; set; }

    /// <summary>The time of a call that is made later, retries included, from 1 s to 1 hour, whatever <c>SetTimeout</c> said when it was kept. The client's own timeouts apply as well. The default is 30 s.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How much longer than a call its lease is, from 1 s to 1 hour: so long after a crash it is claimed by another. The default is 10 s.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan LeaseMargin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second try, from 10 ms to 1 hour; each later wait is twice as long, with jitter. The default is 2 s.</summary>
    [Duration("00:00:00.010", "01:00:00")]
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest of these waits, from 10 ms to 1 day. The server may ask for a longer one. The default is 15 min.</summary>
    [Duration("00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The longest wait that a server may ask for by <c>Retry-After</c> (RFC 9110 §10.2.3), for a call or for all that go to it, from 0 to 30 days; a longer one is
    /// capped. The default is 1 day.
    /// </summary>
    [Duration("00:00:00", "30.00:00:00")]
    public TimeSpan MaxAdvisedDelay { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Calls that are made at once to one destination, from 1 to 256. The default is 16.</summary>
    [Bounds(1, 256)]
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>Whether calls behind a dead letter with the same ordering key are made all the same. The default is false: they wait for a person.</summary>
    public bool SkipDeadLetters { get; set; }

    /// <summary>How long a call may wait before <see cref="OutboxHealthCheck"/> says so, from 1 s to 365 days. The default is 1 hour.</summary>
    [Duration("00:00:01", "365.00:00:00")]
    public TimeSpan OverdueAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>For how long dead letters are kept, from 1 minute to 3650 days; longer while others with the same ordering key wait behind them. The default is 30 days.</summary>
    [Duration("00:01:00", "3650.00:00:00")]
    public TimeSpan DeadLetterLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// For how long an ended call is remembered, so that handing in its key again gives the same receipt, from 1 minute to 3650 days. The default is null: the retention, and at least 7 days.
    /// A key that is handed in again after that is a new call.
    /// </summary>
    [Duration("00:01:00", "3650.00:00:00")]
    public TimeSpan? EndedLifetime { get; set; }

    /// <summary>
    /// Called before a kept call is made, with the request as it will be sent: for credentials that depend on its context, which are not stored. What it throws counts as a failed try.
    /// </summary>
    public Action<HttpRequestMessage, OutboxCall>? OnRestore { get; set; }

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (StorePlaintext == (Protect is not null) || (Protect is null) != (Unprotect is null))
            yield return new("must be chosen: set StorePlaintext to store requests as they are, or Protect and Unprotect (ProtectWithAes does both) to encrypt them.", [nameof(StorePlaintext)]);
        if (MaxDelay < BaseDelay)
            yield return new($"must be at least BaseDelay ({BaseDelay:c}), but is {MaxDelay:c}.", [nameof(MaxDelay)]);
        foreach (var header in StoredHeaders.Intersect(["Authorization", "Proxy-Authorization", "Cookie"], StringComparer.OrdinalIgnoreCase))
            yield return new($"has '{header}', and credentials must not lie on disk; add them in a handler, or in OnRestore.", [nameof(StoredHeaders)]);
        foreach (var authority in AllowedAuthorities.Where(authority => Authority.Of(authority) is null))
            yield return new($"has '{authority}', which is not a scheme and a host such as https://api.example.com.", [nameof(AllowedAuthorities)]);
    }
}

[OptionsValidator]
internal sealed partial class OutboxOptionsValidator : IValidateOptions<OutboxOptions>;
