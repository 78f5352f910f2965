namespace Resilience.Http;

/// <summary>One retry budget at one moment.</summary>
/// <param name="Partition">Whose it is: the authority, such as <c>https://api.example.com:443</c>, or the name that a request chose.</param>
/// <param name="Level">Tokens that are left; null if the client has no budget and retries freely.</param>
public readonly record struct RetryBudgetStatus(string Partition, double? Level);
