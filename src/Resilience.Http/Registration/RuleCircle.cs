namespace Resilience.Http;

/// <summary>Policies of which each must stand outside the next, and the last outside the first: no order obeys their rules.</summary>
/// <param name="policies">The policies.</param>
internal sealed class RuleCircle(IReadOnlyList<Policy> policies)
{
    /// <summary>The circles in a chain, the shortest that there is through each policy; one for policies that share one.</summary>
    public static IEnumerable<RuleCircle> FindAll(IReadOnlyList<Policy> chain)
    {
        HashSet<Policy> found = [];
        foreach (var policy in chain)
        {
            if (found.Contains(policy) || Find(policy, chain) is not { } circle)
                continue;

            found.UnionWith(circle);
            yield return new(circle);
        }
    }

    /// <summary>What is wrong, with the reason of every rule.</summary>
    public override string ToString()
        => $"{string.Join(", ", policies.SkipLast(1))} and {policies[^1]} cannot stand in one chain: {string.Join("; ", policies.Select((policy, at) => Say(policy, policies[(at + 1) % policies.Count])))}.";

    private static string Say(Policy outer, Policy inner) => $"{outer} must be outside {inner}, because {ChainOrder.RuleFor(outer, inner)!.Because}";

    private static IReadOnlyList<Policy>? Find(Policy start, IReadOnlyList<Policy> chain)
    {
        Queue<IReadOnlyList<Policy>> paths = new([[start]]);
        HashSet<Policy> reached = [start];
        while (paths.TryDequeue(out var path))
        {
            foreach (var inner in chain.Where(inner => inner != path[^1] && ChainOrder.RuleFor(path[^1], inner) is not null))
            {
                if (inner == start)
                    return path;
                if (reached.Add(inner))
                    paths.Enqueue([.. path, inner]);
            }
        }

        return null;
    }
}
