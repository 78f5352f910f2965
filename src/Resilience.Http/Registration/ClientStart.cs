using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Stands for the start of a client with the host: its options are validated by making the client.</summary>
internal sealed class ClientStart
{
    /// <summary>Makes the client, whose policies and options must be valid, and looks at how its <see cref="HttpClient"/>s are set up.</summary>
    internal sealed class Validator(ResilienceRegistry clients) : IValidateOptions<ClientStart>
    {
        public ValidateOptionsResult Validate(string? name, ClientStart options)
        {
            try
            {
                clients.Of(name ?? string.Empty).Doubts.ReportEarly();
                return ValidateOptionsResult.Success;
            }
            catch (OptionsValidationException e)
            {
                return ValidateOptionsResult.Fail(e.Failures);
            }
        }
    }
}
