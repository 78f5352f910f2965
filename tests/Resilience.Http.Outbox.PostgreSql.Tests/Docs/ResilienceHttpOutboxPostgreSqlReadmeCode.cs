using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Outbox.Tests.Docs;

/// <summary>The C# of the package's README, compiled.</summary>
internal static class ResilienceHttpOutboxPostgreSqlReadmeCode
{
    public static void Register(IServiceCollection services)
    {
        // dotnet add package Resilience.Http.Outbox.PostgreSql
        services.AddSingleton(NpgsqlDataSource.Create("Host=db;Database=shop"));
        services.AddPostgreSqlOutbox();
    }
}
