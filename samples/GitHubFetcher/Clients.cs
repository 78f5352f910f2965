using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http;

namespace GitHubFetcher;

/// <summary>The client, which is all that this library asks you to write.</summary>
internal static class Clients
{
    public const string GitHub = "github";

    // GitHub's limits last an hour at most.
    private static readonly TimeSpan LongestLimit = TimeSpan.FromHours(2);

    public static void AddGitHubClient(this IServiceCollection services, Uri api, string? token, string cache)
    {
        services.AddResilientHttpClient(GitHub, client => Introduce(client, api, token))
            .AddGitHubAdvice()
            .AddTotalTimeout(3 * LongestLimit)
            .AddProblemDetails()
            .AddRetry(retry => retry.MaxAdvisedDelay = LongestLimit)
            .AddCircuitBreaker()
            .AddTokenBucket(bucket =>
            {
                (bucket.PermitsPerSecond, bucket.Burst) = (10, 1);
                (bucket.MaxQueueTime, bucket.MaxServerPause) = (LongestLimit, LongestLimit);
            })
            .AddAttemptTimeout(TimeSpan.FromSeconds(10))
            .AddHttpMessageHandler(() => new ConditionalRequestHandler(new EntityCache(cache)));
    }

    public static void Introduce(HttpClient client, Uri api, string? token)
    {
        client.BaseAddress = api.AbsoluteUri.EndsWith('/') ? api : new(api.AbsoluteUri + '/');
        client.DefaultRequestHeaders.UserAgent.Add(new("Resilience.Http-GitHubFetcher", "1.0"));
        client.DefaultRequestHeaders.Accept.Add(new("application/vnd.github+json"));
        client.DefaultRequestHeaders.Add("X-GitHub-Api-Version", "2022-11-28");
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>When the server's limit lets the client go on; null if it does not hold it up.</summary>
    public static DateTimeOffset? PausedUntil(IServiceProvider services)
        => services.GetRequiredService<ResilienceRegistry>()[GitHub].TokenBuckets.Max(bucket => bucket.PausedUntil);
}
