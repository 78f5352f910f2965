using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Sdk.Tests;

/// <summary>The same for the client that <c>AddGrpcClient</c> registers.</summary>
public sealed class GrpcFactoryTests : GrpcTests
{
    private protected override IHttpClientBuilder Register(IServiceCollection services) => services.AddGrpcClient<EchoClient>(client => client.Address = new("https://sdk.test"));

    private protected override EchoClient Client(SdkHost host) => host.Services.GetRequiredService<EchoClient>();
}
