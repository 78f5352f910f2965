using Resilience.Http.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Looks at clients as they are registered.</summary>
public static class TestingServiceProviderExtensions
{
    /// <param name="services">The services.</param>
    extension(IServiceProvider services)
    {
        /// <summary>The handlers of a client, outermost first. They are made for it, as for a call.</summary>
        /// <param name="client">The name of the client; of a typed one, the type's.</param>
        /// <returns>The chain; print it.</returns>
        public HandlerChain GetHandlerChain(string client)
        {
            ArgumentNullException.ThrowIfNull(client);
            return new(services, client);
        }
    }
}
