using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>Where a policy of a client is configured.</summary>
internal sealed class PolicySection<TOptions>(string client, IConfigurationSection section) : IOptionsChangeTokenSource<TOptions>
{
    private string _values = ValuesOf(section);

    public string Name => client;

    /// <summary>Fires with every change of the configuration, be it of this section or of another.</summary>
    public IChangeToken GetChangeToken() => section.GetReloadToken();

    /// <summary>Whether this section is another than when this was last asked.</summary>
    public bool HasChanged() => ValuesOf(section) is var values && Interlocked.Exchange(ref _values, values) != values;

    /// <summary>The path of a setting's key, such as <c>Resilience:payments:Retry:Budget:Capacity</c>; null if the section does not have it.</summary>
    public string? PathOf(string setting)
        => section.GetSection(setting.Replace('.', ConfigurationPath.KeyDelimiter[0])) is var key && key.Exists() ? key.Path : null;

    private static string ValuesOf(IConfigurationSection section) => string.Join('\n', section.AsEnumerable().Select(pair => $"{pair.Key}={pair.Value}"));
}
