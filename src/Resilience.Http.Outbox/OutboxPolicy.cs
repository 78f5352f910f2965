using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Keeps calls that cannot be made now, with their keys, and makes them later.</summary>
public sealed class OutboxPolicy : Policy<OutboxOptions>
{
    private OutboxPolicy()
        : base(
            "Outbox",
            PolicyOrder.Inside("ProblemDetails", "a kept call is no problem"),
            PolicyOrder.Needs("IdempotencyKey", "a call is kept with its key, and made with it again"),
            PolicyOrder.Outside("Retry", "a call is kept once its retries are over"))
    {
    }

    /// <summary>The policy.</summary>
    public static OutboxPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<OutboxOptions> Validator { get; } = new OutboxOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, OutboxOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<OutboxOptions> context)
    {
        var client = context.Client.Name;
        // Else calls would be kept, with a receipt, and nobody would make them.
        return context.Services is not { } services || OutboxClientName.In(services).Contains(client) ? new OutboxHandler(context) : throw new OptionsValidationException(
            client,
            typeof(OutboxOptions),
            [$"Client '{client}': Outbox must be there when the client is registered, or what it keeps would not be made later. Add the source of its section to the configuration before the client, or call AddOutbox. A client that is added while the program runs cannot have it."]);
    }

    /// <inheritdoc/>
    protected override string Describe(OutboxOptions options) => $"{options.Mode}";

    /// <inheritdoc/>
    protected override void Register(IServiceCollection services, string client)
    {
        if (services.Any(service => service.ImplementationInstance is OutboxClientName known && known.Value == client))
            return;

        services.AddOutbox();
        services.AddSingleton(new OutboxClientName(client));
        services.AddOptionsWithValidateOnStart<OutboxStart>(client);
        // After everything else, so that it stands innermost.
        services.PostConfigure<HttpClientFactoryOptions>(client, options => options.HttpMessageHandlerBuilderActions.Add(chain => chain.AdditionalHandlers.Add(new SentMark(client))));
    }
}
