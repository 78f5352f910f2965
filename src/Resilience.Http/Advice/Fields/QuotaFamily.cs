using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Fields that belong together: spelled alike, and about the same limit.</summary>
internal sealed class QuotaFamily(QuotaFieldName first)
{
    private readonly string _family = first.Family.ToString();
    private readonly string _dimension = first.Dimension.ToString();
    private long? _limit;
    private long? _remaining;
    private string? _reset;
    private string? _resetAfter;
    private string? _interval;
    private bool _hasUnknown;

    public bool Owns(QuotaFieldName field)
        => field.Family.Equals(_family, StringComparison.OrdinalIgnoreCase) && field.Dimension.Equals(_dimension, StringComparison.OrdinalIgnoreCase);

    public void Add(QuotaRole role, HeaderStringValues lines)
    {
        var value = lines.ToString();
        switch (role)
        {
            case QuotaRole.Limit:
                _hasUnknown |= (_limit = QuotaCount.First(value)) is null;
                break;
            case QuotaRole.Remaining:
                _hasUnknown |= (_remaining = QuotaCount.Least(value)) is null;
                break;
            case QuotaRole.Reset:
                _reset = value;
                break;
            case QuotaRole.ResetAfter:
                _resetAfter = value;
                break;
            default:
                _interval = value;
                break;
        }
    }

    /// <returns>Null if the fields say nothing. A reset beside numbers without a meaning, such as -1, says nothing either.</returns>
    public Quota? Read(DateTimeOffset sentAt)
    {
        if (_hasUnknown && _limit is null && _remaining is null)
            return null;

        var reset = ResetTime.Longest(_resetAfter, sentAt) ?? ResetTime.Longest(_reset, sentAt) ?? ResetTime.Longest(_interval, sentAt);
        return _limit is null && _remaining is null && reset is null
            ? null
            : new(_dimension.Length > 0 ? _dimension : null, _limit, _remaining, reset);
    }
}
