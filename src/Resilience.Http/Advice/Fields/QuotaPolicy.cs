namespace Resilience.Http;

/// <summary>What a server says about a quota itself: its size. The draft calls it informative.</summary>
/// <param name="Name">The server's name for it; null if it is only a number.</param>
/// <param name="Size">How much it holds.</param>
internal sealed record QuotaPolicy(string? Name, long Size)
{
    /// <summary>The quota with the size that its policy gives.</summary>
    public static Quota Complete(Quota quota, List<QuotaPolicy> policies)
        => quota.Limit is null && policies.Find(policy => policy.Name == quota.Name) is { } own ? quota with { Limit = own.Size } : quota;
}
