using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <summary>The sections of the configuration that a client is configured by: one within them for each policy, named like it.</summary>
internal static class ClientSections
{
    /// <summary>Whether the section names the policy, if only to have it with its defaults.</summary>
    public static bool Names(IConfigurationSection section, Policy policy) => section.GetChildren().Any(child => IsOf(policy, child));

    /// <summary>What is wrong with the sections, whatever their values.</summary>
    public static IEnumerable<string> FindFaults(string client, ResilientClientOptions chain)
        => chain.Sections.SelectMany(section => FindFaults(client, section, chain));

    private static IEnumerable<string> FindFaults(string client, IConfigurationSection section, ResilientClientOptions chain)
    {
        if (!section.Exists())
            yield return $"Client '{client}': configuration section '{section.Path}' does not exist or is empty.";

        foreach (var child in section.GetChildren())
        {
            if (!Policies.All.Any(policy => IsOf(policy, child)))
                yield return $"Client '{client}': configuration key '{child.Path}' is unknown; known are {string.Join(", ", Policies.All)}.";
            else if (!chain.Policies.Any(policy => IsOf(policy, child)))
                yield return $"Client '{client}': configuration key '{child.Path}' configures a policy that the client does not have; add Add{child.Key} to its chain or remove the key.";
            else if (child.Value is { } value)
                yield return $"Client '{client}': configuration key '{child.Path}' must be a section with settings, but is '{LogText.OneLine(value)}'.";
        }
    }

    private static bool IsOf(Policy policy, IConfigurationSection child) => string.Equals(policy.Name, child.Key, StringComparison.OrdinalIgnoreCase);
}
