using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Stands for the start of a client with an outbox: with nowhere to go, nothing would be kept, and nobody would hear of it before the first failure.</summary>
internal sealed class OutboxStart
{
    internal sealed class Validator(IHttpClientFactory clients, IOptionsMonitor<OutboxOptions> options, IOptionsMonitor<IdempotencyKeyOptions> keys) : IValidateOptions<OutboxStart>
    {
        public ValidateOptionsResult Validate(string? name, OutboxStart start)
        {
            try
            {
                return name is not null && FindFault(name, options.Get(name)) is { } fault ? ValidateOptionsResult.Fail($"Client '{name}': Outbox.{fault}") : ValidateOptionsResult.Success;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whoever asks for the client, or validates its options, is told.
                return ValidateOptionsResult.Success;
            }
        }

        private string? FindFault(string name, OutboxOptions outbox)
        {
            // As the drain makes it: what a typed client sets for itself is not known there.
            if (outbox.AllowedAuthorities.Count == 0 && clients.CreateClient(name).BaseAddress is null)
                return "AllowedAuthorities must have the authorities that calls may go to, because the client has no BaseAddress. Set one or the other.";

            return KeyLife.Of(outbox, keys.Get(name).Profile) is { Retention: { } retention, Margin: var margin } && margin >= retention
                ? $"RetentionMargin must be shorter than the {retention:c} for which the server remembers a key, but is {margin:c}: no kept call would ever be sent."
                : null;
        }
    }
}
