using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

internal static class ConfigurationValues
{
    private const int SurelyNoWord = 8;
    private const int MaxMessage = 1000;

    /// <summary>All keys and values, in one text to compare.</summary>
    public static string Of(IEnumerable<IConfigurationSection> sections)
        => string.Join('\n', sections.SelectMany(section => section.AsEnumerable()).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>A message without the values that it quotes: the binder quotes what it cannot convert, which may be a secret in the wrong place.</summary>
    public static string TakeOutOf(string message, IEnumerable<IConfiguration> sources)
    {
        var values = sources.SelectMany(source => source.AsEnumerable()).Select(pair => pair.Value).OfType<string>().Where(value => value.Length > 0);
        foreach (var value in values.Distinct().OrderByDescending(value => value.Length))
        {
            message = message.Replace($"'{value}'", "'…'", StringComparison.Ordinal);
            if (value.Length >= SurelyNoWord)
                message = message.Replace(value, "…", StringComparison.Ordinal);
        }

        return LogText.OneLine(message, MaxMessage);
    }
}
