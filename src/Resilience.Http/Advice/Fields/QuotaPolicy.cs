namespace Resilience.Http;

/// <summary>What a server says about a quota itself: its size. The draft calls it informative.</summary>
/// <param name="Name">The server's name for it; null if it is only a number.</param>
/// <param name="Size">How much it holds.</param>
internal sealed record QuotaPolicy(string? Name, long Size)
{
    /// <summary>The sizes by the names of their quotas. If a name occurs twice, the first counts.</summary>
    public static Dictionary<string, long> SizesOf(IEnumerable<QuotaPolicy> policies)
    {
        Dictionary<string, long> sizes = [];
        foreach (var policy in policies)
        {
            if (policy.Name is { } name)
                sizes.TryAdd(name, policy.Size);
        }

        return sizes;
    }
}
