using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>After what, how often and how long apart to try again.</summary>
public sealed class RetryOptions : IValidatableObject
{
    /// <summary>
    /// Attempts after the first, from 0 to <see cref="int.MaxValue"/>: a worker may try until its deadline, if <see cref="Budget"/> allows it. What is kept
    /// of each failure is bounded. The default is 3.
    /// </summary>
    [Bounds(0, int.MaxValue)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>The bound of the wait before the first retry, up to 5 minutes; each later bound is twice as long. The default is 250 ms.</summary>
    [Duration("00:00:00", "00:05:00")]
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait that the client chooses itself, from <see cref="BaseDelay"/> to 24 hours. The default is 20 seconds.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How chance spreads the waits. The default is <see cref="Jitter.Full"/>.</summary>
    [Defined]
    public Jitter Jitter { get; set; } = Jitter.Full;

    /// <summary>
    /// The longest wait that the server may ask for, up to 24 hours. If it asks for a longer one, its response is returned at once instead.
    /// The default is 60 seconds.
    /// </summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxAdvisedDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Says whether another attempt could help after a failure; whether repeating the request is safe is decided separately. A status below 400 is a success, about which it
    /// is not asked: an <see cref="IAdviceReader"/> says of such an answer that it is none (<see cref="ServerAdvice.Kind"/>). What it answers with null is left to the default, as is
    /// everything if it is null itself, which it is by default: 408, 417 and 421 where the request can be corrected, 425, 429, every 5xx except those that a retry does not fix (501, 505
    /// to 508, 510, 511), 413 with Retry-After, 409 with an honoured idempotency key, broken or refused connections, attempts that timed out, and what the server's advice says to retry.
    /// </summary>
    public Func<AttemptResult, bool?>? ShouldRetry { get; set; }

    /// <summary>
    /// Says whether sending a request twice has the effect of sending it once, though its method is neither idempotent nor QUERY: a POST that only
    /// reads. Called once per call, before the request is sent. The default is null: such requests need an idempotency key, or <c>SetRepeatable</c>.
    /// </summary>
    public Func<HttpRequestMessage, bool>? IsRepeatable { get; set; }

    /// <summary>
    /// Limits retries in an outage; null, in configuration <c>off</c>, for no limit. The default is a budget of 50 tokens.
    /// </summary>
    [ValidateObjectMembers]
    public RetryBudgetOptions? Budget { get; set; } = new();

    /// <summary>
    /// Request bodies that may not be the same twice, such as JSON and streams that can be read once, are copied while they are sent, so that they can
    /// be sent again: up to this many bytes, from 0 to 1 GiB; a longer one is sent once. 0 copies nothing. The default is 64 KiB.
    /// </summary>
    [Bounds(0, 1 << 30)]
    public long MaxBufferedRequestBytes { get; set; } = RequestBody.DefaultLimit;

    /// <summary>
    /// The largest response body, in bytes up to 1 GiB, that is read inside the attempt; a larger one is passed on unread. The default is 1 MiB.
    /// </summary>
    [Bounds(0, 1 << 30)]
    public long MaxBufferedResponseBytes { get; set; } = 1 << 20;

    /// <summary>Which response bodies are read inside the attempt. The default is <see cref="ResponseBodies.KnownLength"/>.</summary>
    [Defined]
    public ResponseBodies ResponseBodies { get; set; } = ResponseBodies.KnownLength;

    /// <summary>Called before every wait. Exceptions are logged and ignored. The default is null.</summary>
    public Action<RetryEvent>? OnRetry { get; set; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (BaseDelay > MaxDelay)
            yield return new($"must not exceed {nameof(MaxDelay)}, but is {BaseDelay:c} and {nameof(MaxDelay)} is {MaxDelay:c}.", [nameof(BaseDelay)]);
    }
}

[OptionsValidator]
internal sealed partial class RetryOptionsValidator : IValidateOptions<RetryOptions>;
