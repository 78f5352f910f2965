using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>The fields of one response that advise, sorted by meaning, and what they say together.</summary>
internal sealed class AdviceFields
{
    private static readonly ServerAdvice Nothing = new();

    private readonly List<Quota> _rateLimits = [];
    private readonly List<QuotaPolicy> _policies = [];
    private TimeSpan? _milliseconds;
    private bool? _shouldRetry;
    private bool _isReplayed;

    public QuotaFields Quotas { get; } = new();

    public void Add(AdviceFieldKind kind, HeaderStringValues lines)
    {
        switch (kind)
        {
            case AdviceFieldKind.Milliseconds:
                foreach (var line in lines)
                    if (WireNumber.Parse(line.AsSpan().Trim(" \t")) is { } number)
                        _milliseconds = WireNumber.Span(number, TimeSpan.TicksPerMillisecond);
                break;
            case AdviceFieldKind.ShouldRetry:
                _shouldRetry = lines.ToString() switch { "true" => true, "false" => false, _ => _shouldRetry };
                break;
            case AdviceFieldKind.TransientError:
                _shouldRetry ??= lines.ToString() is "true" ? true : null;
                break;
            case AdviceFieldKind.Replayed:
                _isReplayed = string.Equals(lines.ToString(), "true", StringComparison.OrdinalIgnoreCase);
                break;
            case AdviceFieldKind.RateLimit:
                _rateLimits.AddRange(RateLimitField.Parse(lines.ToString()));
                break;
            case AdviceFieldKind.RateLimitPolicy:
                _policies.AddRange(RateLimitPolicyField.Parse(lines.ToString()));
                break;
            case AdviceFieldKind.CallLimit:
                Quotas.AddCallLimit(lines.ToString());
                break;
        }
    }

    /// <summary>Precedence: a wait in milliseconds, Retry-After, a used-up quota in RateLimit, another used-up quota.</summary>
    public ServerAdvice? ToAdvice(HttpResponseMessage response, TimeProvider time)
    {
        var quota = IsFromCache(response) ? default : FindTightest(ServerClock.At(response, time.GetUtcNow()));
        var advice = new ServerAdvice
        {
            RetryAfter = _milliseconds ?? RetryAfter.Read(response, time),
            ShouldRetry = _shouldRetry,
            IsReplayed = _isReplayed,
            Quota = quota.Name,
            Limit = quota.Limit,
            Remaining = quota.Remaining,
            Reset = quota.Reset,
        };
        return advice == Nothing ? null : advice;
    }

    // A cached response says nothing about the quota now.
    private static bool IsFromCache(HttpResponseMessage response)
        => response.Headers.NonValidated.TryGetValues("Age", out var age) && WireNumber.Parse(age.ToString()) > 0;

    private Quota FindTightest(DateTimeOffset sentAt)
    {
        var structured = Quota.TightestOf(_rateLimits.Select(quota => QuotaPolicy.Complete(quota, _policies)));
        var other = structured is { IsExhausted: true } ? null : Quota.TightestOf(Quotas.Read(sentAt));
        return (other is { IsExhausted: true } ? other : structured ?? other).GetValueOrDefault();
    }
}
