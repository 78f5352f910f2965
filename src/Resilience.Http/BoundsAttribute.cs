using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Bounds a number, both ends included; null is left to <see cref="RequiredAttribute"/>, NaN is out of bounds.
/// Unlike <see cref="RangeAttribute"/> it names the offending value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BoundsAttribute(double minimum, double maximum) : ValidationAttribute
{
    public double Minimum => minimum;

    public double Maximum => maximum;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        => value is null || (ToDouble(value) is var number && number >= minimum && number <= maximum)
            ? ValidationResult.Success
            : new ValidationResult(
                string.Create(CultureInfo.InvariantCulture, $"{validationContext.MemberName} must be from {minimum} to {maximum}, but is {value}."),
                validationContext.MemberName is { } member ? [member] : null);

    private static double ToDouble(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
