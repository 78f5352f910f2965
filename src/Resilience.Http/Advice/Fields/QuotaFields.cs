using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>The quotas that a response gives in fields of their own, in families such as <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c>.</summary>
internal sealed class QuotaFields
{
    private readonly List<QuotaFamily> _families = [];
    private Quota? _calls;

    /// <summary>Takes the field if its name is one of a family's.</summary>
    public void Add(string name, HeaderStringValues lines)
    {
        if (!QuotaFieldName.TryParse(name, out var field))
            return;

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

    /// <summary>Shopify's <c>32/40</c>: 32 of 40 are used.</summary>
    public void AddCallLimit(ReadOnlySpan<char> value)
    {
        var slash = value.IndexOf('/');
        if (slash >= 0 && WireNumber.Parse(value[..slash]) is { } used && WireNumber.Parse(value[(slash + 1)..]) is { } size)
            _calls = new("calls", WireNumber.Whole(size), WireNumber.Whole(Math.Max(size - used, 0)), null);
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
