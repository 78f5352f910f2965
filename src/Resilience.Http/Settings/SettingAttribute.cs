using System.ComponentModel.DataAnnotations;

namespace Resilience.Http;

/// <summary>The base of the rules for settings. The message of a broken one names the setting, with those that it is part of, the rule and the value.</summary>
internal abstract class SettingAttribute : ValidationAttribute
{
    /// <summary>What is wrong with a value, such as <c>must be from 0 to 100, but is 101</c>; null if nothing is.</summary>
    protected abstract string? FindFault(object? value);

    protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        => FindFault(value) is { } fault ? new($"{fault}.", [PathOf(validationContext)]) : ValidationResult.Success;

    // Generated validators write the type of the options before it.
    private static string PathOf(ValidationContext context) => context.DisplayName[(context.DisplayName.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
