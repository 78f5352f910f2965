using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>The fields of one response that advise, sorted by meaning, and what they say together.</summary>
internal sealed class AdviceFields
{
    private const decimal FirstInstant = 1e12m;

    private static readonly ServerAdvice Nothing = new();

    private readonly List<Quota> _rateLimits = [];
    private readonly List<QuotaPolicy> _policies = [];
    private decimal? _milliseconds;
    private bool? _shouldRetry;
    private bool _isReplayed;

    public QuotaFields Quotas { get; } = new();

    public void Add(AdviceFieldKind kind, HeaderStringValues lines)
    {
        switch (kind)
        {
            case AdviceFieldKind.Milliseconds:
                Longer(lines.ToString());
                break;
            case AdviceFieldKind.ShouldRetry:
                _shouldRetry = FlagOf(lines, StringComparison.Ordinal) ?? _shouldRetry;
                break;
            case AdviceFieldKind.TransientError:
                _shouldRetry ??= FlagOf(lines, StringComparison.Ordinal) is true ? true : null;
                break;
            case AdviceFieldKind.Replayed:
                _isReplayed = FlagOf(lines, StringComparison.OrdinalIgnoreCase) is true;
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
        var sentAt = ServerClock.At(response, time.GetUtcNow());
        var quota = IsFromCache(response) ? default : FindTightest(sentAt);
        var advice = new ServerAdvice
        {
            RetryAfter = _milliseconds is { } milliseconds ? Wait(milliseconds, sentAt) : RetryAfter.Read(response, time),
            ShouldRetry = _shouldRetry,
            IsReplayed = _isReplayed,
            Quota = quota.Name,
            Limit = quota.Limit,
            Remaining = quota.Remaining,
            Reset = quota.Reset,
        };
        return advice == Nothing ? null : advice;
    }

    // A cached response says nothing about the quota now. If the field comes twice, the first counts (RFC 9111 §5.1).
    private static bool IsFromCache(HttpResponseMessage response)
        => response.Headers.NonValidated.TryGetValues("Age", out var age) && QuotaCount.First(age.ToString()) > 0;

    // What is doubled says the same twice, or nothing.
    private static bool? FlagOf(HeaderStringValues lines, StringComparison comparison)
    {
        var value = lines.ToString();
        bool? flag = null;
        foreach (var part in value.AsSpan().Split(','))
        {
            var word = value.AsSpan(part).Trim();
            var isTrue = word.Equals("true", comparison);
            if ((!isTrue && !word.Equals("false", comparison)) || flag == !isTrue)
                return null;
            flag = isTrue;
        }

        return flag;
    }

    // An instant is too large for a wait: in milliseconds since 1970.
    private static TimeSpan Wait(decimal milliseconds, DateTimeOffset sentAt)
        => (milliseconds >= FirstInstant ? ResetTime.UntilEpoch(milliseconds, sentAt) : null) ?? WireNumber.Span(milliseconds, TimeSpan.TicksPerMillisecond);

    private void Longer(ReadOnlySpan<char> value)
    {
        foreach (var part in value.Split(','))
        {
            if (WireNumber.Parse(value[part].Trim(" \t")) is { } number && !(number <= _milliseconds))
                _milliseconds = number;
        }
    }

    private Quota FindTightest(DateTimeOffset sentAt)
    {
        var sizes = QuotaPolicy.SizesOf(_policies);
        var structured = Quota.TightestOf(_rateLimits.Select(quota => quota.Completed(sizes, sentAt)));
        var other = structured is { IsExhausted: true } ? null : Quota.TightestOf(Quotas.Read(sentAt));
        return (other is { IsExhausted: true } ? other : structured ?? other).GetValueOrDefault();
    }
}
