namespace Resilience.Http;

/// <summary>A policy of a client, for people to read.</summary>
public sealed class PolicyInfo
{
    internal PolicyInfo(string name, string description) => (Name, Description) = (name, description);

    /// <summary>The name of the policy, such as <c>Retry</c>.</summary>
    public string Name { get; }

    /// <summary>Its settings in a few words, such as <c>3 times, 0.25 to 20 s, Full jitter</c>; empty if there is nothing to say.</summary>
    public string Description { get; }

    /// <summary>The name, and the description if there is one.</summary>
    /// <returns>Such as <c>Retry (3 times, 0.25 to 20 s, Full jitter)</c>.</returns>
    public override string ToString() => Description.Length > 0 ? $"{Name} ({Description})" : Name;
}
