using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/Defaults/README.md, compiled.</summary>
public static class DefaultsReadmeCode
{
    public static void Opening(IServiceCollection services)
    {
        services.AddResilienceDefaults();
        services.AddHttpClient("catalog");                                                             // has the standard policies
        services.AddResilientHttpClient("payments").AddRetry(retry => retry.MaxRetries = 5);           // has its own, and nothing of the defaults
        services.AddHttpClient("metrics").RemoveResilience();                                          // has none
    }

    public static void Configured(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilienceDefaults(configuration.GetSection("Resilience:Defaults"), standard =>
        {
            standard.Retry.MaxRetries = 2;                                                             // wins over the section
            standard.ProblemDetails = new();                                                           // an optional policy, in its right place
        });
    }

    public static void ServiceDefaults(IHostApplicationBuilder builder)
    {
        builder.Services.AddServiceDiscovery();
        builder.Services.AddResilienceDefaults();                                                      // instead of http.AddStandardResilienceHandler()
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
    }
}
