using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

internal sealed class ResilientHttpClientBuilder(IHttpClientBuilder builder) : IResilientHttpClientBuilder
{
    public string Name => builder.Name;

    public IServiceCollection Services => builder.Services;
}
