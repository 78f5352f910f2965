using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

internal static class ConfigurationValues
{
    /// <summary>All keys and values, in one text to compare.</summary>
    public static string Of(IEnumerable<IConfigurationSection> sections)
        => string.Join('\n', sections.SelectMany(section => section.AsEnumerable()).Select(pair => $"{pair.Key}={pair.Value}"));
}
