using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>The metadata of a cluster as configuration: <c>Resilience.Retry.MaxRetries</c> is the key <c>Retry:MaxRetries</c>. Changes are announced.</summary>
internal sealed class ClusterMetadata : ConfigurationProvider, IConfigurationSource
{
    private const string Prefix = "Resilience";

    // Where the section stands, for messages.
    private const string Path = $"Metadata:{Prefix}";

    /// <summary>Whether they say that the cluster is to have no policies.</summary>
    public static bool AreOff(IReadOnlyDictionary<string, string>? metadata)
        => metadata is not null && metadata.TryGetValue(Prefix, out var value) && IsOff(value);

    /// <summary>Whether a value stands for no policies.</summary>
    public static bool IsOff(string? value) => string.Equals(value, "off", StringComparison.OrdinalIgnoreCase);

    IConfigurationProvider IConfigurationSource.Build(IConfigurationBuilder builder) => this;

    /// <summary>The section of the policies, which follows what is read later.</summary>
    public IConfigurationSection SectionOf(IReadOnlyDictionary<string, string>? metadata)
    {
        Read(metadata);
        return new ConfigurationBuilder().Add(this).Build().GetSection(Path);
    }

    /// <summary>Takes the metadata that are there now.</summary>
    public void Read(IReadOnlyDictionary<string, string>? metadata)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && name.Length > Prefix.Length + 1 && name[Prefix.Length] is '.' or ':')
                values[$"{Path}:{name[(Prefix.Length + 1)..].Replace('.', ':')}"] = value;
        }

        Data = values;
        OnReload();
    }
}
