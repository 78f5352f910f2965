using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>What a generated validator found.</summary>
/// <param name="Setting">Such as <c>Budget.Capacity</c>; empty if no single one is at fault.</param>
/// <param name="Fault">Such as <c>must be from 1 to 1000000, but is 0.</c></param>
internal readonly record struct SettingFault(string Setting, string Fault)
{
    /// <summary>What is wrong with options; empty if they are valid.</summary>
    public static IEnumerable<SettingFault> In<TOptions>(TOptions options, IValidateOptions<TOptions> validator)
        where TOptions : class
        => validator.Validate(null, options).Failures?.Select(Parse) ?? [];

    private static SettingFault Parse(string failure)
        => failure.Split(": ", 2) is [var setting, var fault] ? new(setting, fault) : new(string.Empty, failure);
}
