using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Where a client gets its access tokens by the client credentials grant (RFC 6749 §4.4), by which secret, and where it sends them.</summary>
public sealed class ClientCredentialsOptions : IValidatableObject
{
    /// <summary>The address that gives out tokens (RFC 6749 §3.2): absolute, https unless it is this machine. There is no default.</summary>
    [Mandatory]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's identifier (RFC 6749 §2.2). There is no default.</summary>
    [Mandatory]
    public string ClientId { get; set; } = "";

    /// <summary>The client's password (RFC 6749 §2.3.1); never logged, and in no message. There is no default.</summary>
    [Mandatory]
    public string ClientSecret { get; set; } = "";

    /// <summary>The scopes to ask for, parted by spaces (RFC 6749 §3.3). The default is null: those that the server gives of its own accord.</summary>
    public string? Scope { get; set; }

    /// <summary>The service that the token is for, as an absolute URI (RFC 8707 §2). The default is null: not said.</summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Whether id and secret stand in the form instead of the Authorization header; for servers that do not take HTTP Basic, which RFC 6749
    /// §2.3.1 has them take. The default is false.
    /// </summary>
    public bool SendCredentialsInBody { get; set; }

    /// <summary>
    /// The origins (scheme, host and port) that are sent the token; no other ever is. The default is empty: whatever the client's requests
    /// address, if by https or on this machine. List them where addresses come from outside, in links for example.
    /// </summary>
    public IList<Uri> AllowedOrigins { get; } = [];

    /// <summary>Whether the same request would be made for a token.</summary>
    internal bool AsksLike(ClientCredentialsOptions other)
        => (TokenEndpoint, ClientId, ClientSecret, Scope, Resource, SendCredentialsInBody)
            == (other.TokenEndpoint, other.ClientId, other.ClientSecret, other.Scope, other.Resource, other.SendCredentialsInBody);

    internal bool Trusts(Uri address)
    {
        if (AllowedOrigins.Count == 0)
            return address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;

        foreach (var origin in AllowedOrigins)
        {
            if (origin.Scheme == address.Scheme && origin.Port == address.Port && origin.IdnHost.Equals(address.IdnHost, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (TokenEndpoint is { } endpoint && !(endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))))
            yield return new($"must be an absolute address by https, or by http on this machine, but is {ServerOf(endpoint)}.", [nameof(TokenEndpoint)]);

        if (AllowedOrigins.Any(origin => origin is not { IsAbsoluteUri: true }))
            yield return new($"must be absolute addresses, but are {string.Join(", ", AllowedOrigins.Select(ServerOf))}.", [nameof(AllowedOrigins)]);
    }

    // Neither user nor query: there may be secrets.
    private static string ServerOf(Uri? address) => address switch
    {
        null => "null",
        { IsAbsoluteUri: true } => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped),
        _ => "relative",
    };
}

[OptionsValidator]
internal sealed partial class ClientCredentialsOptionsValidator : IValidateOptions<ClientCredentialsOptions>;
