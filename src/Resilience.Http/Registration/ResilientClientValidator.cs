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
            .. ClientSections.FindFaults(client, options),
            .. Policies.FindOrderFaults(client, options.Policies),
            .. options.Policies.Distinct().SelectMany(policy => FindBadValues(client, policy)),
        ];
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
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
}
