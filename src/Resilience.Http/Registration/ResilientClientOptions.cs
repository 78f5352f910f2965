using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>The policies of one client, outermost first, as its builder collected them.</summary>
internal sealed class ResilientClientOptions
{
    public List<Policy> Policies { get; } = [];

    public List<IConfigurationSection> Sections { get; } = [];

    public List<IAdviceReader> AdviceReaders { get; } = [];

    /// <summary>Whether no policy was named, so that the standard ones apply.</summary>
    public bool IsStandard { get; set; }
}
