using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Bounds a number, both ends included; null is in bounds, NaN is not. Unlike <see cref="RangeAttribute"/> it names the offending value.
/// </summary>
/// <param name="minimum">The least value.</param>
/// <param name="maximum">The greatest value.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(double minimum, double maximum) : SettingAttribute
{
    /// <summary>The least value.</summary>
    public double Minimum => minimum;

    /// <summary>The greatest value.</summary>
    public double Maximum => maximum;

    /// <summary>Whether there is a value in bounds before one is set; if not, the message says so.</summary>
    public bool HasDefault { get; set; } = true;

    /// <inheritdoc/>
    protected override string? FindFault(object? value)
        => value is null || (Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number >= minimum && number <= maximum)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be {(HasDefault ? string.Empty : "set, as it has no default, to a value ")}from {minimum:0.######} to {maximum:0.######}, but is {value}");
}
