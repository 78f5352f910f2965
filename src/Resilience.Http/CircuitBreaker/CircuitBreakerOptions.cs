using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>When to stop calling a partition that keeps failing, for how long, and how to find out that it has recovered.</summary>
public sealed class CircuitBreakerOptions : PartitionOptions, IValidatableObject
{
    /// <summary>Share of failures in <see cref="Window"/> at which the circuit opens, from 0.01 to 1; also the share of failed probes at which it opens again. The default is 0.5.</summary>
    [Bounds(0.01, 1)]
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>The fewest attempts in <see cref="Window"/> for <see cref="FailureRatio"/> to count, from 1 to 10,000. The default is 10.</summary>
    [Bounds(1, 10_000)]
    public int MinimumCalls { get; set; } = 10;

    /// <summary>How far back failures are counted, from 0.5 s to 1 h, in steps of a tenth of it. A change starts the count afresh. The default is 30 s.</summary>
    [Duration("00:00:00.5", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures in a row that open the circuit, however few attempts there were, from 1 to 10,000. The default is null: only <see cref="FailureRatio"/> opens it.</summary>
    [Bounds(1, 10_000)]
    public int? ConsecutiveFailures { get; set; }

    /// <summary>
    /// Length of the first break, from 10 ms to 1 day. Each further break without a close between them is twice as long, up to
    /// <see cref="MaxBreakDuration"/>; <see cref="BreakJitter"/> is added. The default is 5 s.
    /// </summary>
    [Duration("00:00:00.01", "1.00:00:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The largest share of a break that is added to it at random, so that many instances do not probe at the same moment; from 0, for exact breaks,
    /// to 1. The default is 0.25.
    /// </summary>
    [Bounds(0, 1)]
    public double BreakJitter { get; set; } = 0.25;

    /// <summary>Bound of the doubled breaks before <see cref="BreakJitter"/>, from <see cref="BreakDuration"/> to 1 day. The default is 60 s.</summary>
    [Duration("00:00:00.01", "1.00:00:00")]
    public TimeSpan MaxBreakDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The longest break that a server's <c>Retry-After</c> (RFC 9110 §10.2.3) can ask for, before <see cref="BreakJitter"/>, from 0 to 1 day; a
    /// longer value is capped, a shorter one never shortens a break. The default is 10 min.
    /// </summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan MaxAdvisedBreak { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts sent after a break to see whether the server has recovered, from 1 to 100; all others are rejected meanwhile. The default is 3.</summary>
    [Bounds(1, 100)]
    public int Probes { get; set; } = 3;

    /// <summary>
    /// How long a probe may take, from 10 ms to 1 h; then another may start and its result is ignored. It should exceed the attempt
    /// timeout, or the failures of probes that time out do not count. The default is 30 s.
    /// </summary>
    [Duration("00:00:00.01", "01:00:00")]
    public TimeSpan ProbeLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Attempts that take longer count as failures, whatever they came to; the time in which the request's body was waited for is not theirs. From 1 ms to 1 h,
    /// null, the default, to ignore speed.
    /// </summary>
    [Duration("00:00:00.001", "01:00:00")]
    public TimeSpan? SlowCallDuration { get; set; }

    /// <summary>
    /// Says whether an outcome counts as a failure. Not asked about the caller's cancellation, rejections by inner policies, and exceptions that
    /// are not the server's fault: those are ignored. What it answers with null is left to the default, as is everything if it is null itself, which it is by
    /// default: 5xx except 501 and 505, 408, 429, network errors and attempts that timed out are failures, everything else is a success.
    /// </summary>
    public Func<AttemptResult, bool?>? IsFailure { get; set; }

    /// <summary>
    /// Says whether an outcome says nothing of the server, so that it counts neither as a failure nor as a success: what a caller's own request has come to, in a proxy
    /// for example. Asked before <see cref="IsFailure"/>, and not about what is ignored anyway. The default is null: nothing else is ignored.
    /// </summary>
    public Func<AttemptResult, bool>? IsIgnored { get; set; }

    /// <summary>
    /// Called on every change of a circuit's state, on the thread of the call that caused it, outside any lock. Exceptions are logged and
    /// ignored. The default is null.
    /// </summary>
    public Action<CircuitTransition>? OnStateChange { get; set; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (BreakDuration > MaxBreakDuration)
        {
            yield return new($"must not exceed {nameof(MaxBreakDuration)}, but is {BreakDuration:c} and {nameof(MaxBreakDuration)} is {MaxBreakDuration:c}.", [nameof(BreakDuration)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class CircuitBreakerOptionsValidator : IValidateOptions<CircuitBreakerOptions>;
