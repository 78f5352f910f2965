using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>A section as the client of a cluster sees it: with the policies that it was made for. One that is named later makes another client, and is no fault of this one's options.</summary>
/// <param name="section">The section.</param>
/// <param name="names">The policies, in capital letters, with spaces between.</param>
internal sealed class PolicySection(IConfigurationSection section, string names) : IConfigurationSection
{
    private readonly HashSet<string> _names = new(names.Split(' '), StringComparer.OrdinalIgnoreCase);

    public string Key => section.Key;

    public string Path => section.Path;

    public string? Value
    {
        get => section.Value;
        set => section.Value = value;
    }

    public string? this[string key]
    {
        get => section[key];
        set => section[key] = value;
    }

    public IConfigurationSection GetSection(string key) => section.GetSection(key);

    public IEnumerable<IConfigurationSection> GetChildren() => section.GetChildren().Where(child => _names.Contains(child.Key));

    public IChangeToken GetReloadToken() => section.GetReloadToken();
}
