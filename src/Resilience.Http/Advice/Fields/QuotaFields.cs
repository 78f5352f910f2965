using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>The quotas that a response gives in fields of their own, in families such as <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c>.</summary>
internal sealed class QuotaFields
{
    // Every field is compared with the families that are known: what an honest server sends is far fewer.
    private const int MaxFields = 64;

    private readonly List<QuotaFamily> _families = [];
    private int _fields;
    private Quota? _calls;

    /// <summary>Takes the field if its name is one of a family's, up to 64 fields.</summary>
    public void Add(string name, HeaderStringValues lines)
    {
        if (!QuotaFieldName.TryParse(name, out var field) || _fields == MaxFields)
            return;

        _fields++;

        QuotaFamily? family = null;
        foreach (var known in _families)
        {
            if (known.Owns(field))
                family = known;
        }

        if (family is null)
            _families.Add(family = new(field));
        family.Add(field.Role, lines);
    }

    /// <summary>Shopify's <c>32/40</c>: 32 of 40 are used. If it comes twice, the tighter one counts.</summary>
    public void AddCallLimit(ReadOnlySpan<char> value)
    {
        foreach (var range in value.Split(','))
        {
            var part = value[range].Trim();
            var slash = part.IndexOf('/');
            if (slash < 0 || WireNumber.Parse(part[..slash]) is not { } used || WireNumber.Parse(part[(slash + 1)..]) is not { } size)
                continue;

            var left = WireNumber.Whole(Math.Max(size - used, 0));
            if (!(left >= _calls?.Remaining))
                _calls = new("calls", WireNumber.Whole(size), left, null);
        }
    }

    public IEnumerable<Quota> Read(DateTimeOffset sentAt)
    {
        foreach (var family in _families)
        {
            if (family.Read(sentAt) is { } quota)
                yield return quota;
        }

        if (_calls is { } calls)
            yield return calls;
    }
}
