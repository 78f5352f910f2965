namespace Resilience.Http;

/// <summary>How the policies of a chain may be ordered, by the rules that they bring along.</summary>
internal static class ChainOrder
{
    /// <summary>What is wrong with a chain: policies added twice or of one name, rules that contradict each other, policies that lack another, orders in which one defeats another.</summary>
    public static IReadOnlyList<string> FindFaults(string client, IReadOnlyList<Policy> chain)
    {
        string[] faults = [.. chain.GroupBy(policy => policy.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => Repeated(client, group))];
        if (faults.Length == 0)
            faults = [.. RuleCircle.FindAll(chain).Select(circle => $"Client '{client}': {circle}")];
        return faults.Length > 0 ? faults : [.. FindMissing(client, chain), .. FindMisplaced(client, chain)];
    }

    /// <summary>Puts policies into a chain, each in the outermost place that the rules allow. Where no place obeys them all, <see cref="FindFaults"/> says so.</summary>
    /// <param name="chain">The policies that stay in this order, outermost first; the first of them stays the outermost of all.</param>
    /// <param name="added">The policies to put in; where the rules leave it open, the first of them is the outer one.</param>
    public static IReadOnlyList<Policy> Place(IReadOnlyList<Policy> chain, IReadOnlyList<Policy> added)
    {
        List<Policy> placed = [chain[0]], others = [.. added], stay = [.. chain.Skip(1)];
        while (others.Count + stay.Count > 0)
        {
            var next = others.Find(policy => !IsHeldBack(policy, others.Concat(stay))) ?? (stay.Count > 0 ? stay[0] : others[0]);
            placed.Add(next);
            if (!others.Remove(next))
                stay.Remove(next);
        }

        return placed;
    }

    /// <summary>The rule by which the first must stand outside the second, whichever of them brings it.</summary>
    public static PolicyOrder? RuleFor(Policy outer, Policy inner)
        => outer.Order.FirstOrDefault(rule => !rule.IsInside && inner.IsCalled(rule.Other)) ?? inner.Order.FirstOrDefault(rule => rule.IsInside && outer.IsCalled(rule.Other));

    private static bool IsHeldBack(Policy policy, IEnumerable<Policy> unplaced) => unplaced.Any(outer => outer != policy && RuleFor(outer, policy) is not null);

    private static string Repeated(string client, IGrouping<string, Policy> group) => group.Distinct().Count() > 1
        ? $"Client '{client}': two different policies are called '{group.Key}' ({string.Join(" and ", group.Distinct().Select(policy => policy.GetType().FullName))}); the name of a policy must be its own."
        : $"Client '{client}': Add{group.Key} is registered {group.Count()} times, but a policy may stand in a chain only once. AddStandardPolicies adds a set of them: change their options there. A client that is registered twice has the policies of both.";

    private static IEnumerable<string> FindMissing(string client, IReadOnlyList<Policy> chain)
        => from policy in chain
           from rule in policy.Order
           where rule.IsRequired && !chain.Any(other => other.IsCalled(rule.Other))
           select $"Client '{client}': {policy} must be inside {rule.Other}, because {rule.Because}, but the client has no Add{rule.Other}. Register Add{rule.Other} before Add{policy}; where only configuration describes the client, give it a section {rule.Other}.";

    private static IEnumerable<string> FindMisplaced(string client, IReadOnlyList<Policy> chain)
    {
        for (var at = 0; at < chain.Count; at++)
        {
            foreach (var inner in chain.Skip(at + 1))
            {
                if (RuleFor(inner, chain[at]) is { } rule)
                    yield return $"Client '{client}': Add{chain[at]} comes before Add{inner}, but {inner} must be outside {chain[at]}, because {rule.Because}. Register Add{inner} before Add{chain[at]}. Where AddStandardPolicies adds {chain[at]}, register Add{inner} before it; where it adds {inner}, set {chain[at]} in its options, or name the policies one by one.";
            }
        }
    }
}
