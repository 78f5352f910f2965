using Microsoft.Extensions.DependencyInjection.Extensions;
using Resilience.Http.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Replaces the wire, the time and the chance of clients that are registered already, and leaves everything else as it is.</summary>
public static class TestingServiceCollectionExtensions
{
    /// <param name="services">The services, with the registrations of production.</param>
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Puts a scripted server in memory in the place of a client's primary handler: inside all its policies and handlers, wherever it is
        /// called. What the registration says about redirects still applies.
        /// </summary>
        /// <param name="client">The name of the client; of a typed one, the type's.</param>
        /// <param name="script">Writes what the server answers.</param>
        /// <returns>The server, to look at what reached it.</returns>
        /// <exception cref="ArgumentException">No client is registered yet, or only one of nearly this name.</exception>
        public ScriptedUpstream AddScriptedUpstream(string client, Action<UpstreamScript> script)
        {
            var upstream = new ScriptedUpstream(script);
            services.AddScriptedUpstream(client, upstream);
            return upstream;
        }

        /// <summary>Puts a scripted server in memory in the place of a client's primary handler.</summary>
        /// <param name="client">The name of the client; of a typed one, the type's.</param>
        /// <param name="upstream">The server; may be that of several clients.</param>
        /// <returns>The same services.</returns>
        /// <exception cref="ArgumentException">No client is registered yet, or only one of nearly this name.</exception>
        public IServiceCollection AddScriptedUpstream(string client, ScriptedUpstream upstream)
        {
            ArgumentNullException.ThrowIfNull(upstream);
            PrimaryHandler.Replace(services, client, upstream.CreateHandler);
            return services;
        }

        /// <summary>
        /// Does the same over a real socket: every request of the client goes to a server on this machine, in HTTP/1.1 without TLS, through a
        /// <see cref="SocketsHttpHandler"/>. The server is disposed with the container.
        /// </summary>
        /// <param name="client">The name of the client; of a typed one, the type's.</param>
        /// <param name="script">Writes what the server answers.</param>
        /// <returns>The server.</returns>
        /// <exception cref="ArgumentException">No client is registered yet, or only one of nearly this name.</exception>
        public ScriptedServer AddScriptedServer(string client, Action<UpstreamScript> script)
        {
            var server = ScriptedServer.Start(script);
            var key = new object();
            services.AddKeyedSingleton(key, (_, _) => server);
            PrimaryHandler.Replace(services, client, (replaced, provider) => provider.GetRequiredKeyedService<ScriptedServer>(key).CreateHandler(replaced, provider));
            return server;
        }

        /// <summary>Lets everything that asks for a <see cref="TimeProvider"/> run on virtual time.</summary>
        /// <param name="clock">The clock; null for a new one.</param>
        /// <returns>The clock.</returns>
        public VirtualClock AddVirtualClock(VirtualClock? clock = null)
        {
            clock ??= new();
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            return clock;
        }

        /// <summary>Lets the policies' jitter, and everything else that asks for a <see cref="Random"/>, come out the same every time.</summary>
        /// <param name="seed">The seed.</param>
        /// <returns>The same services.</returns>
        public IServiceCollection AddSeededRandom(int seed) => services.Replace(ServiceDescriptor.Singleton<Random>(new SeededRandom(seed)));
    }
}
