using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>The options now in force. Reading them is one volatile read; a reload that is in order replaces them as a whole.</summary>
internal sealed class Live<TOptions>(TOptions value)
    where TOptions : class
{
    private volatile TOptions _value = value;

    public TOptions Value => _value;

    /// <summary>The options of a handler that was made by hand.</summary>
    /// <exception cref="OptionsValidationException">A value is out of bounds.</exception>
    public static Live<TOptions> Fixed(TOptions options, IValidateOptions<TOptions> validator)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] failures = [.. SettingFault.In(options, validator).Select(found => $"{typeof(TOptions).Name}.{found.Setting} {found.Fault}")];
        return failures.Length > 0 ? throw new OptionsValidationException(string.Empty, typeof(TOptions), failures) : new(options);
    }

    internal void Replace(TOptions value) => _value = value;
}
