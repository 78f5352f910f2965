using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Checks a client as a whole when the host starts: its sections, the order of its policies, the options of each.</summary>
internal sealed class ResilientClientValidator(IServiceProvider services) : IValidateOptions<ResilientClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientClientOptions options)
    {
        var client = name ?? string.Empty;
        List<string> failures =
        [
            .. options.Sections.SelectMany(section => FindUnknownKeys(client, section, options)),
            .. Policies.FindNonsense(client, options.Policies),
            .. options.Policies.Distinct().SelectMany(policy => FindBadValues(client, policy)),
        ];
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> FindUnknownKeys(string client, IConfigurationSection section, ResilientClientOptions options)
    {
        if (!section.Exists())
            yield return $"Client '{client}': configuration section '{section.Path}' does not exist or is empty.";

        foreach (var child in section.GetChildren())
        {
            if (!Policies.All.Any(policy => Names(policy, child)))
                yield return $"Client '{client}': configuration key '{child.Path}' is unknown; known are {string.Join(", ", Policies.All)}.";
            else if (!options.Policies.Any(policy => Names(policy, child)))
                yield return $"Client '{client}': configuration key '{child.Path}' configures a policy that the client does not have; add Add{child.Key} to its chain or remove the key.";
        }
    }

    private IEnumerable<string> FindBadValues(string client, Policy policy)
    {
        try
        {
            policy.Validate(services, client);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
    }

    private static bool Names(Policy policy, IConfigurationSection child) => string.Equals(policy.Name, child.Key, StringComparison.OrdinalIgnoreCase);
}
