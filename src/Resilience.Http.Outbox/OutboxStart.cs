using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Stands for the start of a client with an outbox: with nowhere to go, nothing would be kept, and nobody would hear of it before the first failure.</summary>
internal sealed class OutboxStart
{
    internal sealed class Validator(IHttpClientFactory clients, IOptionsMonitor<OutboxOptions> options) : IValidateOptions<OutboxStart>
    {
        public ValidateOptionsResult Validate(string? name, OutboxStart start) => name is null || MayKeep(name)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Client '{name}': Outbox.AllowedAuthorities must have the authorities that calls may go to, because the client has no BaseAddress. Set one or the other.");

        // As the drain makes it: what a typed client sets for itself is not known there.
        private bool MayKeep(string name)
        {
            try
            {
                return options.Get(name).AllowedAuthorities.Count > 0 || clients.CreateClient(name).BaseAddress is not null;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whoever asks for the client, or validates its options, is told.
                return true;
            }
        }
    }
}
