using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Stands for the defaults at the start of the host, which has no client that is made with them.</summary>
internal sealed class DefaultsStart
{
    /// <summary>Makes a client to see whether the options are valid.</summary>
    internal sealed class Validator(IServiceProvider services) : IValidateOptions<DefaultsStart>
    {
        public ValidateOptionsResult Validate(string? name, DefaultsStart options)
        {
            try
            {
                using var events = new ClientEvents(NullLogger.Instance);
                using var client = new ResilientClient(ResilienceDefaults.OptionsName, ResilienceDefaults.OptionsName, services, events);
                return ValidateOptionsResult.Success;
            }
            catch (OptionsValidationException e)
            {
                return ValidateOptionsResult.Fail(e.Failures);
            }
        }
    }
}
