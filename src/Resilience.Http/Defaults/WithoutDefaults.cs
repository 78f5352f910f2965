using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Says in the service collection that a client does not get the defaults.</summary>
internal sealed record WithoutDefaults(string Name)
{
    /// <summary>Finds clients that are to have policies and none.</summary>
    internal sealed class Validator(IEnumerable<WithoutDefaults> without) : IValidateOptions<ResilientClientOptions>
    {
        public ValidateOptionsResult Validate(string? name, ResilientClientOptions options)
            => without.Any(client => client.Name == name)
                ? ValidateOptionsResult.Fail($"Client '{name}': RemoveResilience takes only the defaults away, but AddResilience replaces them already. Remove one of the two.")
                : ValidateOptionsResult.Success;
    }
}
