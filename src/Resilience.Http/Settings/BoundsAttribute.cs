using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Bounds a number, both ends included; null is in bounds, NaN is not. Unlike <see cref="RangeAttribute"/> it names the offending value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BoundsAttribute(double minimum, double maximum) : SettingAttribute
{
    public double Minimum => minimum;

    public double Maximum => maximum;

    /// <summary>Whether there is a value in bounds before one is set; if not, the message says so.</summary>
    public bool HasDefault { get; set; } = true;

    protected override string? FindFault(object? value)
        => value is null || (Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number >= minimum && number <= maximum)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be {(HasDefault ? string.Empty : "set, as it has no default, to a value ")}from {minimum:0.######} to {maximum:0.######}, but is {value}");
}
