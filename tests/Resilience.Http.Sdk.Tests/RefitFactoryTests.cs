using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Resilience.Http.Sdk.Tests;

/// <summary>The same for the client that <c>AddRefitGeneratedClient</c> registers.</summary>
public sealed class RefitFactoryTests : RefitTests
{
    private protected override IHttpClientBuilder Register(IServiceCollection services)
        => services.AddRefitGeneratedClient<IPeopleApi>().ConfigureHttpClient(http => http.BaseAddress = new("https://sdk.test"));

    private protected override IPeopleApi People(SdkHost host) => host.Services.GetRequiredService<IPeopleApi>();
}
