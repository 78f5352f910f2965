namespace Resilience.Http.Tests;

/// <summary>Knows no rates, and says so in the wrong way.</summary>
internal sealed class FailingPlans : IQuotaProvider
{
    public QuotaRate? Find(string quota, string partition) => throw new InvalidOperationException(partition);
}
