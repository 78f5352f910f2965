using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Stands for the start of a client with the host: its options are validated by making the client.</summary>
internal sealed class ClientStart
{
    /// <summary>Makes the client, whose policies and options must be valid, and its chain of handlers, which must not have other retries.</summary>
    internal sealed class Validator(ResilienceRegistry clients, IHttpMessageHandlerFactory handlers) : IValidateOptions<ClientStart>
    {
        public ValidateOptionsResult Validate(string? name, ClientStart options)
        {
            try
            {
                clients.Of(name ?? string.Empty);
                BuildChain(name ?? string.Empty);
                return ValidateOptionsResult.Success;
            }
            catch (OptionsValidationException e)
            {
                return ValidateOptionsResult.Fail(e.Failures);
            }
        }

        // The first call uses the same chain.
        private void BuildChain(string client)
        {
            try
            {
                handlers.CreateHandler(client);
            }
            catch (Exception e) when (e is not (OptionsValidationException or OutOfMemoryException))
            {
                // Whoever asks for the client gets it, at any time.
            }
        }
    }
}
