using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>Where a policy of a client is configured.</summary>
internal sealed record PolicySection(string Client, Policy Policy, IConfigurationSection Section)
{
    /// <summary>The path of a setting's key, such as <c>Resilience:payments:Retry:Budget:Capacity</c>; null if the section does not have it.</summary>
    public string? PathOf(string setting)
        => Section.GetSection(setting.Replace('.', ConfigurationPath.KeyDelimiter[0])) is var key && key.Exists() ? key.Path : null;
}
