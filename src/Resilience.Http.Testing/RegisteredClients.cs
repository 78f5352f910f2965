using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Testing;

/// <summary>What a service collection tells of the clients that are registered in it.</summary>
internal static class RegisteredClients
{
    /// <summary>Rejects a name that is misspelt. Any other may be that of a client: a bare <c>AddHttpClient("x")</c> leaves no trace of its name.</summary>
    /// <exception cref="ArgumentException">No client is registered yet, or only one of nearly this name.</exception>
    public static void Check(IServiceCollection services, string client)
    {
        if (!services.Any(static service => service.ServiceType == typeof(IHttpClientFactory)))
            throw new ArgumentException($"No client named '{client}' is registered yet, so its requests would go to the real server. Register the client first; a typed client has the name of its type.", nameof(client));

        var names = services.Select(NameOf).OfType<string>().ToHashSet();
        if (!names.Contains(client) && names.FirstOrDefault(name => IsNearly(name, client)) is { } meant)
            throw new ArgumentException($"No client named '{client}' is set up, but '{meant}' is, whose requests would go to the real server.", nameof(client));
    }

    // Something that sets a client up, or a typed client.
    private static string? NameOf(ServiceDescriptor service) => service switch
    {
        { IsKeyedService: true } => null,
        { ImplementationInstance: ConfigureNamedOptions<HttpClientFactoryOptions> { Name: var name } } => name,
        { Lifetime: ServiceLifetime.Transient, ImplementationFactory.Method.Module: var module } when module == typeof(HttpClientFactoryOptions).Module => service.ServiceType.Name,
        _ => null,
    };

    // But for case and one letter. Names of few letters differ by one on purpose.
    private static bool IsNearly(string name, string other)
    {
        var (shorter, longer) = name.Length < other.Length ? (name, other) : (other, name);
        var same = shorter.Zip(longer).TakeWhile(static pair => char.ToUpperInvariant(pair.First) == char.ToUpperInvariant(pair.Second)).Count();
        var rest = longer.AsSpan(Math.Min(same + 1, longer.Length));
        return shorter.Length > 3 && longer.Length - shorter.Length <= 1 && shorter.AsSpan(shorter.Length - Math.Min(rest.Length, shorter.Length - same)).Equals(rest, StringComparison.OrdinalIgnoreCase);
    }
}
