using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>One policy of a standard set, and where its options stand in the set.</summary>
internal abstract class StandardPart<TSet>(Policy policy)
{
    public Policy Policy => policy;

    /// <summary>Whether the set has the policy only if code or configuration says so.</summary>
    public abstract bool IsOptional { get; }

    /// <summary>The options; null if the set does not have the policy.</summary>
    public abstract object? In(TSet set);

    /// <summary>Binds the options, and makes them first if a section names the policy.</summary>
    public abstract void Bind(TSet set, IReadOnlyList<IConfigurationSection> sections, string client);
}
