using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace Resilience.Http.Testing;

/// <summary>The handler of a client that sends its requests.</summary>
internal static class PrimaryHandler
{
    /// <summary>Has another in its place, however and whenever it was chosen.</summary>
    /// <param name="services">The services.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="create">Makes the other, given the one it replaces.</param>
    /// <exception cref="ArgumentException">No client is registered yet, or only one of nearly this name.</exception>
    public static void Replace(IServiceCollection services, string client, Func<HttpMessageHandler, IServiceProvider, HttpMessageHandler> create)
    {
        ArgumentNullException.ThrowIfNull(client);
        RegisteredClients.Check(services, client);

        // After all Configure, and so after every other choice.
        services.PostConfigure<HttpClientFactoryOptions>(client, options => options.HttpMessageHandlerBuilderActions.Add(builder =>
        {
            var replaced = builder.PrimaryHandler;
            builder.PrimaryHandler = create(replaced, builder.Services);
            replaced.Dispose();
        }));
    }

    /// <summary>Whether the handler follows redirects; that of others is taken to do so.</summary>
    public static bool FollowsRedirects(HttpMessageHandler handler) => handler switch
    {
        SocketsHttpHandler sockets => sockets.AllowAutoRedirect,
        HttpClientHandler classic => classic.AllowAutoRedirect,
        _ => true,
    };
}
