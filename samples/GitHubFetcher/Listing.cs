namespace GitHubFetcher;

/// <summary>The repositories of an account, and why there are no more if that is not all of them.</summary>
internal sealed record Listing(string Account, IReadOnlyList<Repository> Repositories, HttpRequestException? Failure);
