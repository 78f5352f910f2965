using GitHubFetcher.LookAlike;

namespace GitHubFetcher;

/// <summary>What the fetcher promises, and whether it held.</summary>
internal sealed record Promise(string Text, bool Kept)
{
    public static IReadOnlyList<Promise> Of(DemoRow first, DemoRow again) =>
    [
        new("It fetches every repository, both times.", first.Repositories == LookAlikeRepositories.Count && again.Repositories == LookAlikeRepositories.Count),
        new("It sends no request while it is limited.", first.Traffic.WhileLimited + again.Traffic.WhileLimited == 0),
        new("It does not repeat what got a 403 that is no limit.", first.Traffic.Closed == 1),
        new("The second time every page is a 304, which costs nothing.", again.Traffic is { Spent: 0, NotModified: > 0 }),
    ];
}
