using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>The sections of the configuration that a client is configured by: one within them for each policy, named like it.</summary>
internal static class ClientSections
{
    /// <summary>Whether one of the sections names the policy, if only to have it with its defaults.</summary>
    public static bool Name(IEnumerable<IConfigurationSection> sections, Policy policy)
        => sections.Any(section => section.GetChildren().Any(child => policy.IsCalled(child.Key)));

    /// <summary>The path of a setting's key, such as <c>Resilience:payments:Retry:Budget:Capacity</c>; null if no section has it.</summary>
    public static string? KeyOf(IEnumerable<IConfigurationSection> sections, Policy policy, string setting)
        => sections.Select(section => section.GetSection(policy.Name).GetSection(setting.Replace('.', ConfigurationPath.KeyDelimiter[0])))
            .LastOrDefault(key => key.Exists())?.Path;

    /// <summary>What is wrong with the sections, whatever their values.</summary>
    public static IEnumerable<string> FindFaults(string client, ResilientClientOptions chain, IServiceProvider services)
    {
        Policy[] known = [.. services.GetServices<KnownPolicy>().Select(known => known.Policy)];
        return chain.Sections.SelectMany(section => FindFaults(client, section, chain, known));
    }

    private static IEnumerable<string> FindFaults(string client, IConfigurationSection section, ResilientClientOptions chain, Policy[] known)
    {
        if (!chain.SectionsMayBeEmpty && !section.Exists())
            yield return $"Client '{client}': configuration section '{section.Path}' does not exist or is empty.";

        foreach (var child in section.GetChildren())
        {
            if (!known.Any(policy => policy.IsCalled(child.Key)))
                yield return $"Client '{client}': configuration key '{child.Path}' is unknown; known are {string.Join<Policy>(", ", known)}. Any other policy is made known by its verb, or by AddResiliencePolicy.";
            else if (!chain.Policies.Any(policy => policy.IsCalled(child.Key)))
                yield return $"Client '{client}': configuration key '{child.Path}' configures a policy that the client does not have; add Add{child.Key} to its chain or remove the key.";
            else if (child.Value is not null)
                yield return $"Client '{client}': configuration key '{child.Path}' must be a section with settings, but is a single value.";
        }
    }
}
