using System.Collections;

namespace Resilience.Http;

/// <summary>
/// Wants limits by name, a dictionary from <see cref="string"/> to <see cref="QuotaRate"/>, to have names of letters, digits, <c>-</c> and <c>_</c>, 50 at most, and rates that are valid.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LimitsAttribute : SettingAttribute
{
    private const int LongestName = 50;

    /// <inheritdoc/>
    protected override string? FindFault(object? value)
    {
        string[] faults = value is IDictionary limits ? [.. limits.Keys.OfType<string>().Select(name => FindFault(name, limits[name] as QuotaRate)).OfType<string>()] : [];
        return faults.Length > 0 ? string.Join("; ", faults) : null;
    }

    private static string? FindFault(string name, QuotaRate? rate)
    {
        if (name.Length is 0 or > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            return $"must have names of letters, digits, - and _, {LongestName} at most, but one is {LogText.OneLine(name)}";
        if (rate is { IsValid: true, IsUnlimited: false })
            return null;

        return FormattableString.Invariant(
            $"must have Permits and a Period of more than zero, and a Burst of at least 1 that is filled within 10 years, but {name} has {rate?.Permits ?? 0} in {rate?.Period ?? default:c}{(rate?.Burst is { } burst ? $" and {burst}" : "")}");
    }
}
