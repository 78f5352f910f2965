using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Where a client gets its access tokens (client credentials grant, RFC 6749 §4.4), with which secret, and where it sends them.</summary>
public sealed class ClientCredentialsOptions : IValidatableObject
{
    /// <summary>The token endpoint (RFC 6749 §3.2): an absolute https address, or http on localhost. There is no default.</summary>
    [Mandatory]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's identifier (RFC 6749 §2.2). There is no default.</summary>
    [Mandatory]
    public string ClientId { get; set; } = "";

    /// <summary>The client's password (RFC 6749 §2.3.1); never logged, and in no message. There is no default.</summary>
    [Mandatory]
    public string ClientSecret { get; set; } = "";

    /// <summary>The scopes to ask for, separated by spaces (RFC 6749 §3.3). The default is null: the server decides.</summary>
    public string? Scope { get; set; }

    /// <summary>The service that the access token is for, as an absolute URI (RFC 8707 §2). The default is null: none is sent.</summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Whether id and secret are sent in the form instead of the Authorization header, for servers that do not accept HTTP Basic although RFC 6749
    /// §2.3.1 demands it. The default is false.
    /// </summary>
    public bool SendCredentialsInBody { get; set; }

    /// <summary>
    /// The only origins (scheme, host and port) to which the access token is sent. The default is empty: the origin of the client's registered base
    /// address and that of <see cref="Resource"/>, over https or on localhost. A client that has neither must list them.
    /// </summary>
    public IList<Uri> AllowedOrigins { get; } = [];

    private Uri? Audience => Uri.TryCreate(Resource, UriKind.Absolute, out var audience) && audience.Host.Length > 0 ? audience : null;

    /// <summary>Whether these options ask for the same access token, perhaps in another way.</summary>
    internal bool AsksForTheSame(ClientCredentialsOptions other) => (ClientId, Scope, Resource) == (other.ClientId, other.Scope, other.Resource);

    /// <summary>Whether they ask in the same way.</summary>
    internal bool AsksLike(ClientCredentialsOptions other)
        => (TokenEndpoint, ClientSecret, SendCredentialsInBody) == (other.TokenEndpoint, other.ClientSecret, other.SendCredentialsInBody);

    /// <summary>Whether an access token may be sent to an address.</summary>
    /// <param name="written">The address, as it was written.</param>
    /// <param name="found">What service discovery made of it; the same without it.</param>
    /// <param name="client">What was registered for the client.</param>
    internal bool Trusts(Uri written, Uri found, HttpClientSettings client) => AllowedOrigins.Count > 0
        ? Lists(written) || Lists(found)
        : (found.Scheme == Uri.UriSchemeHttps || found.IsLoopback) && (IsOrigin(client.BaseAddresses, written) || IsSameOrigin(Audience, written));

    /// <summary>Whether it is known where the access token may be sent.</summary>
    internal bool HasOrigin(HttpClientSettings client) => AllowedOrigins.Count > 0 || (Audience ?? client.BaseAddress) is not null;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (TokenEndpoint is { } endpoint && !(endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))))
            yield return new($"must be an absolute https address, or http on localhost, but is {LogText.Server(endpoint)}.", [nameof(TokenEndpoint)]);

        if (AllowedOrigins.Any(origin => origin is not { IsAbsoluteUri: true }))
            yield return new($"must be absolute addresses, but are {string.Join(", ", AllowedOrigins.Select(LogText.Server))}.", [nameof(AllowedOrigins)]);
    }

    // Without a delegate: it is asked with every request.
    private bool Lists(Uri address)
    {
        foreach (var origin in AllowedOrigins)
        {
            if (IsSameOrigin(origin, address))
                return true;
        }

        return false;
    }

    private static bool IsOrigin(Uri[] known, Uri address)
    {
        foreach (var origin in known)
        {
            if (IsSameOrigin(origin, address))
                return true;
        }

        return false;
    }

    private static bool IsSameOrigin(Uri? origin, Uri address)
        => origin is not null && PartitionKey.OfAuthority(origin) == PartitionKey.OfAuthority(address);
}

[OptionsValidator]
internal sealed partial class ClientCredentialsOptionsValidator : IValidateOptions<ClientCredentialsOptions>;
