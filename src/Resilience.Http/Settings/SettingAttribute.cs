using System.ComponentModel.DataAnnotations;

namespace Resilience.Http;

/// <summary>The base of the rules for settings of policies. The message of a broken rule names the setting, with those that it is part of, the rule and the value.</summary>
public abstract class SettingAttribute : ValidationAttribute
{
    /// <summary>Finds what is wrong with a value.</summary>
    /// <param name="value">The value of the setting.</param>
    /// <returns>Such as <c>must be from 0 to 100, but is 101</c>; null if nothing is wrong.</returns>
    protected abstract string? FindFault(object? value);

    /// <inheritdoc/>
    protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        => FindFault(value) is { } fault ? new($"{fault}.", [PathOf(validationContext)]) : ValidationResult.Success;

    // Generated validators write the type of the options before it.
    private static string PathOf(ValidationContext context) => context.DisplayName[(context.DisplayName.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
