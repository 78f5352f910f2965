using GitHubFetcher.LookAlike;
using Microsoft.Extensions.DependencyInjection;

namespace GitHubFetcher;

/// <summary>Fetches the same through a plain client and a resilient one, each from a look-alike of its own, and compares.</summary>
internal sealed class Demo(IServiceProvider services)
{
    private const string Plain = "plain";

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(CancellationToken cancelled)
    {
        await using var forPlain = await GitHubLookAlike.StartAsync(cancelled);
        await using var forResilient = await GitHubLookAlike.StartAsync(cancelled);
        var cache = Directory.CreateTempSubdirectory("GitHubFetcher-");
        try
        {
            await using var services = Register(forPlain.Url, forResilient.Url, cache.FullName);
            return await new Demo(services).CompareAsync(forPlain, forResilient, cancelled);
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static ServiceProvider Register(Uri plain, Uri resilient, string cache)
    {
        var services = new ServiceCollection();
        services.AddGitHubClient(resilient, token: null, cache);
        services.AddHttpClient(Plain, client => Clients.Introduce(client, plain, token: null))
            .AddHttpMessageHandler(() => new ImpatientHandler(TimeProvider.System));
        return services.BuildServiceProvider();
    }

    private async Task<int> CompareAsync(GitHubLookAlike forPlain, GitHubLookAlike forResilient, CancellationToken cancelled)
    {
        Console.WriteLine("A look-alike of GitHub: 8 requests in 3 s, a second limit that nothing announces, and a 403 that is no limit.");
        var (plain, resilient) = (new FetchProgress("plain", () => null), new FetchProgress("resilient", () => Clients.PausedUntil(services)));
        var fetching = Task.WhenAll(
            MeasureAsync(Plain, plain, forPlain, "plain, asks again", [GitHubLookAlike.Open, GitHubLookAlike.Closed], cancelled),
            MeasureAsync(Clients.GitHub, resilient, forResilient, "resilient", [GitHubLookAlike.Open, GitHubLookAlike.Closed], cancelled));
        await ProgressDisplay.FollowAsync(fetching, [plain, resilient]);
        var rows = await fetching;

        var again = MeasureAsync(Clients.GitHub, resilient, forResilient, "resilient, 2nd time", [GitHubLookAlike.Open], cancelled);
        await ProgressDisplay.FollowAsync(again, [resilient]);

        Report.Write(DemoRow.Columns, [.. rows.Append(await again).Select(row => row.Cells)]);
        return Judge(Promise.Of(rows[1], await again));
    }

    private async Task<DemoRow> MeasureAsync(string client, FetchProgress progress, GitHubLookAlike server, string name, string[] accounts, CancellationToken cancelled)
    {
        var (time, before) = (TimeProvider.System, server.Traffic);
        var started = time.GetTimestamp();
        var listings = await new RepositoryFetcher(services.GetRequiredService<IHttpClientFactory>().CreateClient(client), progress).FetchAsync(accounts, cancelled);
        var distinct = listings.SelectMany(listing => listing.Repositories).Select(repository => repository.FullName).Distinct();
        return new(name, distinct.Count(), server.Traffic.Since(before), time.GetElapsedTime(started));
    }

    private static int Judge(IReadOnlyList<Promise> promises)
    {
        foreach (var promise in promises)
            Console.WriteLine($"{(promise.Kept ? "kept  " : "BROKEN")} {promise.Text}");
        return promises.All(promise => promise.Kept) ? 0 : 1;
    }
}
