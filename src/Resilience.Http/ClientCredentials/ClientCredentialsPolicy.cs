using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Sends an access token of the client credentials grant with every attempt.</summary>
public sealed class ClientCredentialsPolicy : Policy<ClientCredentialsOptions>
{
    private ClientCredentialsPolicy()
        : base("ClientCredentials")
    {
    }

    /// <summary>The policy.</summary>
    public static ClientCredentialsPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<ClientCredentialsOptions> Validator { get; } = new ClientCredentialsOptionsValidator();

    // A token that goes wherever a link leads is anybody's.
    private protected override IEnumerable<SettingFault> FindFaults(ClientCredentialsOptions options, ClientContext client)
        => options.HasOrigin(client.HttpClient) ? [] : [new(nameof(ClientCredentialsOptions.AllowedOrigins), "must list the origins that may receive the access token, because the client has no registered base address and no Resource is set, but is empty.")];

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, ClientCredentialsOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<ClientCredentialsOptions> context)
        => new ClientCredentialsHandler(context, context.State(() => AccessTokenTransport.For(context.Services!, context.Client)));

    /// <inheritdoc/>
    protected override string Describe(ClientCredentialsOptions options)
        => LogText.Host(options.TokenEndpoint) ?? string.Empty;

    internal override IEnumerable<string> FindDoubts(ResilientClient client, HttpClientSettings http)
        => http.IsOpenToAll ? ["its requests are sent without an access token, because its BaseAddress is http. Use https."] : [];

    /// <inheritdoc/>
    protected override void Register(IServiceCollection services, string client) => AccessTokenTransport.Register(services, client);
}
