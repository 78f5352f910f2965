using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Yarp.Tests.Docs;

/// <summary>The C# of the package's README, compiled.</summary>
internal static class ResilienceHttpYarpReadmeCode
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddReverseProxy()
            .LoadFromConfig(configuration.GetSection("ReverseProxy"))
            .AddResilience();
    }

    public static void Configure(IServiceCollection services, IConfiguration configuration)
    {
        services.AddReverseProxy()
            .LoadFromConfig(configuration.GetSection("ReverseProxy"))
            .AddResilience(configuration.GetSection("Resilience"), standard => standard.Retry.OnRetry = retry => Count(retry));
    }

    public static void Look(ResilienceRegistry registry)
    {
        foreach (var circuit in registry["yarp:orders"].Circuits)
            Console.WriteLine(circuit);              // one: Open
    }

    private static void Count(RetryEvent retry) => Console.WriteLine(retry);
}
