using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace GitHubFetcher.LookAlike;

/// <summary>The repositories of the look-alike, in pages of ten instead of a hundred.</summary>
internal static class LookAlikeRepositories
{
    private const int PageSize = 10;

    private static readonly string[] Languages = ["C#", "F#", "Go", "Rust", "TypeScript"];
    private static readonly DateTimeOffset Newest = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Repository[] All =
    [
        .. Enumerable.Range(1, 215).Select(number => new Repository(
            string.Create(CultureInfo.InvariantCulture, $"{GitHubLookAlike.Open}/repository-{number:000}"),
            Description: null,
            Languages[number % Languages.Length],
            number * 37 % 101,
            Newest.AddDays(-number))),
    ];

    private static readonly int LastPage = (All.Length + PageSize - 1) / PageSize;

    public static int Count => All.Length;

    public static IEnumerable<Repository> Page(int number) => All.Skip((number - 1) * PageSize).Take(PageSize);

    /// <summary>The Link field of a page.</summary>
    public static string? Links(HttpRequest request, int number)
        => number < LastPage ? $"<{Address(request, number + 1)}>; rel=\"next\", <{Address(request, LastPage)}>; rel=\"last\"" : null;

    private static string Address(HttpRequest request, int page)
        => UriHelper.BuildAbsolute(request.Scheme, request.Host, path: request.Path, query: QueryString.Create("per_page", $"{request.Query["per_page"]}").Add("page", $"{page}"));
}
