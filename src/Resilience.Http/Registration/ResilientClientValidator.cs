using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Checks a client as a whole: its sections and the order of its policies.</summary>
internal sealed class ResilientClientValidator(IServiceProvider services) : IValidateOptions<ResilientClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientClientOptions options)
    {
        var client = name ?? string.Empty;
        string[] faults = [.. ClientSections.FindFaults(client, options, services), .. ChainOrder.FindFaults(client, options.Policies)];
        return faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
