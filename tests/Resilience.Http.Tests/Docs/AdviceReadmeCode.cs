using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/Advice/README.md, compiled.</summary>
public static class AdviceReadmeCode
{
    public static void Providers(IServiceCollection services)
    {
        services.AddResilientHttpClient("github").AddStandardPolicies().AddGitHubAdvice();
    }

    public static void OwnReader(IServiceCollection services)
    {
        services.AddResilientHttpClient("legacy").AddStandardPolicies().AddAdvice(new BusyPage());
    }

    public sealed class BusyPage : IAdviceReader
    {
        public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => response.StatusCode is HttpStatusCode.ServiceUnavailable;

        public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
            => body.Contains("try again in a minute", StringComparison.Ordinal) ? (advice ?? new()) with { RetryAfter = TimeSpan.FromMinutes(1) } : advice;
    }
}
