namespace GitHubFetcher.LookAlike;

/// <summary>What a 403 of GitHub says in its body. The status is the same for all.</summary>
internal sealed record Refusal(string Message, string Documentation)
{
    public static Refusal Primary { get; } = new(
        "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)",
        "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting");

    public static Refusal Secondary { get; } = new(
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits");

    public static Refusal Closed { get; } = new(
        "Although you appear to have the correct authorization credentials, the `walled-garden` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
        "https://docs.github.com/rest/repos/repos#list-repositories-for-a-user");
}
