namespace Resilience.Http;

/// <summary>Holds an enum to the values that it has names for.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefinedAttribute : SettingAttribute
{
    /// <inheritdoc/>
    protected override string? FindFault(object? value)
        => value is Enum named && !Enum.IsDefined(named.GetType(), named) ? $"must be a value of {named.GetType().Name}, but is {named}" : null;
}
