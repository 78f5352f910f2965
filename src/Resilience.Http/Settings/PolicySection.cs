using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>Where a policy of a client is configured.</summary>
internal sealed class PolicySection<TOptions>(string client, IConfigurationSection section) : IOptionsChangeTokenSource<TOptions>
{
    public string Name => client;

    public IConfigurationSection Section => section;

    public IChangeToken GetChangeToken() => section.GetReloadToken();

    /// <summary>The path of a setting's key, such as <c>Resilience:payments:Retry:Budget:Capacity</c>; null if the section does not have it.</summary>
    public string? PathOf(string setting)
        => section.GetSection(setting.Replace('.', ConfigurationPath.KeyDelimiter[0])) is var key && key.Exists() ? key.Path : null;
}
