using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Bounds a <see cref="TimeSpan"/>, both ends included; null is in bounds. <see cref="RangeAttribute"/> with a type is not trim-safe and
/// does not name the offending value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute(string minimum, string maximum) : SettingAttribute
{
    public string Minimum => minimum;

    public string Maximum => maximum;

    protected override string? FindFault(object? value)
        => value is not TimeSpan duration || (duration >= Parse(minimum) && duration <= Parse(maximum))
            ? null
            : $"must be from {minimum} to {maximum}, but is {duration:c}";

    private static TimeSpan Parse(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
