using System.Globalization;
using System.Text.RegularExpressions;

namespace GitHubFetcher;

/// <summary>Where a page's Link field (RFC 8288) leads on to.</summary>
/// <param name="Next">The next page; null on the last.</param>
/// <param name="LastPage">The number of the last page; 0 if it is not known, as on the last page itself.</param>
internal sealed partial record PageLinks(Uri? Next, int LastPage)
{
    public static PageLinks Of(HttpResponseMessage response, Uri page)
    {
        var links = response.Headers.TryGetValues("Link", out var lines) ? string.Join(", ", lines) : string.Empty;
        return new(Find(links, "next", page), NumberOf(Find(links, "last", page)));
    }

    private static Uri? Find(string links, string relation, Uri page)
    {
        var link = Link.Matches(links).FirstOrDefault(link => link.Groups["relation"].Value.Split(' ').Contains(relation, StringComparer.OrdinalIgnoreCase));
        return link is not null && Uri.TryCreate(page, link.Groups["target"].Value, out var target) ? target : null;
    }

    private static int NumberOf(Uri? page)
        => int.TryParse(PageNumber.Match(page?.Query ?? string.Empty).Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex("""<(?<target>[^>]*)>[^<]*?;\s*rel\s*=\s*"?(?<relation>[^",;<]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"[?&]page=(?<number>\d+)")]
    private static partial Regex PageNumber { get; }
}
