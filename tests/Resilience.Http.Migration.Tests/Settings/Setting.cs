using System.Globalization;

namespace Migration.Tests;

/// <summary>One property of options, found by its key.</summary>
internal sealed record Setting(string Key, Type Type, object? Default)
{
    public bool IsCode => typeof(Delegate).IsAssignableFrom(Type) || Type.Name.StartsWith("CircuitBreaker", StringComparison.Ordinal);

    /// <summary>The default as a settings file would have it.</summary>
    public string Text => Default switch
    {
        null => "null",
        bool on => on ? "true" : "false",
        TimeSpan { Milliseconds: not 0 } span => span.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
        _ => Convert.ToString(Default, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A value that is not the default.</summary>
    public string? Other => Type == typeof(TimeSpan) || Type == typeof(TimeSpan?) ? "00:00:07" : Type == typeof(int) ? "7" : Type == typeof(double) ? "0.25" : null;

    /// <summary>All settings of options, those of nested options included.</summary>
    public static IEnumerable<Setting> Of(object options, string path = "")
        => options.GetType().GetProperties().Where(property => property.CanRead).SelectMany(property =>
        {
            var value = property.GetValue(options);
            return value is not null && property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
                ? Of(value, $"{path}{property.Name}:")
                : [new Setting($"{path}{property.Name}", property.PropertyType, value)];
        });

    public static object? Read(object options, string key) => Of(options).Single(setting => setting.Key == key).Default;
}
