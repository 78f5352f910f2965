using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Bounds a <see cref="TimeSpan"/>, both ends included; null is left to <see cref="RequiredAttribute"/>.
/// <see cref="RangeAttribute"/> with a type is not trim-safe and does not name the offending value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute(string minimum, string maximum) : ValidationAttribute
{
    public string Minimum => minimum;

    public string Maximum => maximum;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        => value is not TimeSpan duration || (duration >= Parse(minimum) && duration <= Parse(maximum))
            ? ValidationResult.Success
            : new ValidationResult(
                $"{validationContext.MemberName} must be from {minimum} to {maximum}, but is {duration:c}.",
                validationContext.MemberName is { } member ? [member] : null);

    private static TimeSpan Parse(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
