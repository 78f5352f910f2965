namespace Resilience.Http.Tests;

/// <summary>What a policy throws that held a request back.</summary>
internal sealed class Unsent : ResilienceException
{
    public Unsent(OutcomeKind kind, TimeSpan retryAfter)
        : base("Not sent.", kind) => RetryAfter = retryAfter;
}
