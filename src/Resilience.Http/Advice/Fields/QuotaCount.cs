namespace Resilience.Http;

/// <summary>A limit or what is left of it: a number, a list of numbers, or of numbers that have a name or parameters.</summary>
internal static class QuotaCount
{
    /// <summary>The first number: in <c>100, 50;w=1</c> a policy follows the limit itself.</summary>
    public static long? First(ReadOnlySpan<char> value) => value.IndexOf(',') is >= 0 and var end ? Read(value[..end]) : Read(value);

    /// <summary>The least number: <c>GetVMScaleSet3Min;197,GetVMScaleSet30Min;1297</c> names two quotas.</summary>
    public static long? Least(ReadOnlySpan<char> value)
    {
        long? least = null;
        foreach (var part in value.Split(','))
        {
            if (Read(value[part]) is { } count && !(count >= least))
                least = count;
        }

        return least;
    }

    private static long? Read(ReadOnlySpan<char> part)
    {
        var semicolon = part.IndexOf(';');
        var number = semicolon < 0
            ? WireNumber.Parse(part.Trim())
            : WireNumber.Parse(part[..semicolon].Trim()) ?? WireNumber.Parse(part[(semicolon + 1)..].Trim());
        return number is { } count ? WireNumber.Whole(count) : null;
    }
}
