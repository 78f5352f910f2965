namespace Resilience.Http;

/// <summary>Wants a value that is neither null nor an empty text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MandatoryAttribute : SettingAttribute
{
    /// <inheritdoc/>
    protected override string? FindFault(object? value) => value switch
    {
        null => "must be set",
        string text when string.IsNullOrWhiteSpace(text) => "must be set, but is empty",
        _ => null,
    };
}
