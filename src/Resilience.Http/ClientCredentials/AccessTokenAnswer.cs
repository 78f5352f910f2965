namespace Resilience.Http;

/// <summary>What asking for a token came to. No record: its text would show the token.</summary>
internal sealed class AccessTokenAnswer
{
    /// <summary>Nothing was asked, because what was asked a moment ago did not help.</summary>
    public static AccessTokenAnswer None { get; } = new();

    public AccessToken? Token { get; init; }

    public AccessTokenFailure? Failure { get; init; }
}
