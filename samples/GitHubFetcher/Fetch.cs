using Microsoft.Extensions.DependencyInjection;
using Resilience.Http;

namespace GitHubFetcher;

/// <summary>One run against the real GitHub, or whatever speaks like it.</summary>
internal sealed class Fetch(Uri api, string? token, string cache, bool asJson)
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Unreachable = 2;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> accounts, CancellationToken cancelled)
    {
        var services = new ServiceCollection();
        services.AddGitHubClient(api, token, cache);
        await using var provider = services.BuildServiceProvider();

        var progress = new FetchProgress("github", () => Clients.PausedUntil(provider));
        var fetching = new RepositoryFetcher(provider.GetRequiredService<IHttpClientFactory>().CreateClient(Clients.GitHub), progress).FetchAsync(accounts, cancelled);
        await ProgressDisplay.FollowAsync(fetching, [progress]);
        return Conclude(await fetching);
    }

    private int Conclude(IReadOnlyList<Listing> listings)
    {
        if (listings[^1] is { IsUnreachable: true, Failure.Message: var reason })
        {
            Console.Error.WriteLine($"{api.Host} cannot be reached: {reason}");
            Console.Error.WriteLine("Without a network there is the demo: dotnet run --project samples/GitHubFetcher -- --demo");
            return Unreachable;
        }

        Report.Write([.. listings.SelectMany(listing => listing.Repositories)], asJson);
        foreach (var listing in listings.Where(listing => listing.Failure is not null))
            Console.Error.WriteLine($"{listing.Account}: {Explain(listing.Failure!)}");
        return listings.All(listing => listing.Failure is null) ? Done : Failed;
    }

    private static string Explain(HttpRequestException failure)
        => failure is ProblemDetailsException { Problem: { Detail: { } detail } } ? detail : failure.Message;
}
