namespace Resilience.Http;

/// <summary>The result of a request for an access token. Not a record: its text would show the token.</summary>
internal sealed class AccessTokenAnswer
{
    /// <summary>Nothing was requested, because the token of a moment ago did not help.</summary>
    public static AccessTokenAnswer None { get; } = new();

    public AccessToken? Token { get; init; }

    public AccessTokenFailure? Failure { get; init; }
}
