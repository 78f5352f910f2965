using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/ClientCredentials/README.md, compiled.</summary>
public static class ClientCredentialsReadmeCode
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddResilientHttpClient("ledger", client => client.BaseAddress = new("https://ledger.example.com/"))
            .AddStandardPolicies()
            .AddClientCredentials(tokens =>
            {
                tokens.TokenEndpoint = new("https://login.example.com/oauth2/token");
                tokens.ClientId = configuration["Ledger:ClientId"]!;
                tokens.ClientSecret = configuration["Ledger:ClientSecret"]!;
                tokens.Scope = "entries.write";
            });
    }
}
