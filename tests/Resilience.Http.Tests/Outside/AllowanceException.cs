using Resilience.Http;

namespace Outside;

public sealed class AllowanceException : ResilienceException
{
    public AllowanceException(string client, string partition)
        : base($"Client '{client}': the allowance of {partition} has run out.", OutcomeKind.RejectedByLimiter) => RetryAfter = TimeSpan.FromDays(1);
}
