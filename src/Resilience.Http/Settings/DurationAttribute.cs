using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Bounds a <see cref="TimeSpan"/>, both ends included; null is in bounds. <see cref="RangeAttribute"/> with a type is not trim-safe and
/// does not name the offending value.
/// </summary>
/// <param name="minimum">The shortest span, as <see cref="TimeSpan"/> is written: <c>00:00:00.010</c>.</param>
/// <param name="maximum">The longest span: <c>1.00:00:00</c> for a day.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute(string minimum, string maximum) : SettingAttribute
{
    /// <summary>The shortest span, as <see cref="TimeSpan"/> is written: <c>00:00:00.010</c>.</summary>
    public string Minimum => minimum;

    /// <summary>The longest span: <c>1.00:00:00</c> for a day.</summary>
    public string Maximum => maximum;

    /// <inheritdoc/>
    protected override string? FindFault(object? value)
        => value is not TimeSpan duration || (duration >= Parse(minimum) && duration <= Parse(maximum))
            ? null
            : $"must be from {minimum} to {maximum}, but is {duration:c}";

    private static TimeSpan Parse(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
