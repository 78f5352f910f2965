using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>What the builder of one client has collected.</summary>
internal sealed class ResilientClientOptions
{
    public List<ChainEntry> Entries { get; } = [];

    /// <summary>What each entry has come to.</summary>
    public Dictionary<ChainEntry, IReadOnlyList<Policy>> PoliciesOf { get; } = [];

    /// <summary>All of them, outermost first.</summary>
    public List<Policy> Policies { get; } = [];

    public List<IConfigurationSection> Sections { get; } = [];

    /// <summary>Whether sections may be there only later.</summary>
    public bool SectionsMayBeEmpty { get; set; }

    public List<IAdviceReader> AdviceReaders { get; } = [];

    /// <summary>The options of the standard set, if it was added.</summary>
    public IPolicyParts? Parts { get; set; }

    /// <summary>Whether no policy was named, so that the standard ones apply.</summary>
    public bool IsStandard { get; set; }

    public bool Has(string policy) => Policies.Exists(known => known.IsCalled(policy));
}
