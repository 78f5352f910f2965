using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Takes single clients out of the defaults.</summary>
public static class DefaultsHttpClientBuilderExtensions
{
    /// <param name="builder">A client that something registered.</param>
    extension(IHttpClientBuilder builder)
    {
        /// <summary>Takes away what <c>AddResilienceDefaults</c> gives to the client, whichever of the two is called first.</summary>
        /// <returns>The same builder.</returns>
        /// <exception cref="ArgumentException">The builder has no name, because it stands for all clients.</exception>
        public IHttpClientBuilder RemoveResilience()
        {
            if (builder.Name is not { } name)
                throw new ArgumentException("RemoveResilience needs a named client; for all clients, do not call AddResilienceDefaults.", nameof(builder));

            builder.Services.AddSingleton(new WithoutDefaults(name));
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientClientOptions>, WithoutDefaults.Validator>());
            return builder;
        }
    }
}
