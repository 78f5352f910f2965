using System.Net.Http.Json;
using System.Text.Json;

namespace GitHubFetcher;

/// <summary>Reads the repositories of accounts page by page. How to get along with limits is no business of its own.</summary>
internal sealed class RepositoryFetcher(HttpClient client, FetchProgress progress)
{
    private const int PageSize = 100;

    public async Task<IReadOnlyList<Listing>> FetchAsync(IEnumerable<string> accounts, CancellationToken cancelled)
    {
        List<Listing> listings = [];
        foreach (var account in accounts)
        {
            progress.Begin(account);
            listings.Add(await FetchAsync(account, cancelled));
            if (listings[^1].IsUnreachable)
                break;
        }

        return listings;
    }

    private async Task<Listing> FetchAsync(string account, CancellationToken cancelled)
    {
        List<Repository> repositories = [];
        try
        {
            var page = new Uri(client.BaseAddress!, $"users/{Uri.EscapeDataString(account)}/repos?per_page={PageSize}");
            HashSet<Uri> seen = [];
            for (var next = page; next is not null; next = await FetchPageAsync(next, repositories, cancelled))
            {
                if (!seen.Add(next))
                    throw new HttpRequestException("The pages go round in a circle.");
            }

            return new(account, repositories, Failure: null);
        }
        catch (HttpRequestException e)
        {
            return new(account, repositories, e);
        }
        catch (JsonException e)
        {
            return new(account, repositories, new("What came is no list of repositories.", e));
        }
    }

    private async Task<Uri?> FetchPageAsync(Uri page, List<Repository> repositories, CancellationToken cancelled)
    {
        using var response = await client.GetAsync(page, cancelled);
        response.EnsureSuccessStatusCode();
        var found = await response.Content.ReadFromJsonAsync<Repository[]>(Repository.Format, cancelled) ?? [];
        repositories.AddRange(found);

        var links = PageLinks.Of(response, page);
        progress.Advance(links.LastPage, found.Length);

        // The token is for one server only, and half a list must not pass for the whole.
        if (links.Next is { } next && next.GetLeftPart(UriPartial.Authority) != client.BaseAddress!.GetLeftPart(UriPartial.Authority))
            throw new HttpRequestException($"The next page is on another server, {next.Authority}.");

        return links.Next;
    }
}
