using Resilience.Http;

namespace GitHubFetcher;

/// <summary>The repositories of an account, and why there are no more if that is not all of them.</summary>
internal sealed record Listing(string Account, IReadOnlyList<Repository> Repositories, HttpRequestException? Failure)
{
    /// <summary>Whether nobody answered, so that there is no point in asking for another account.</summary>
    public bool IsUnreachable => Failure is ResilienceException { Kind: OutcomeKind.ConnectionFailed or OutcomeKind.Timeout };
}
