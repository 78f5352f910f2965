namespace Resilience.Http;

/// <summary>How the policies of a chain may be ordered, by the rules that they bring along.</summary>
internal static class ChainOrder
{
    /// <summary>What is wrong with a chain: policies added twice or of one name, rules that contradict each other, orders in which one defeats another.</summary>
    public static IReadOnlyList<string> FindFaults(string client, IReadOnlyList<Policy> chain)
    {
        string[] repeated = [.. chain.GroupBy(policy => policy.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => Repeated(client, group))];
        return repeated.Length > 0 ? repeated : [.. FindContradictions(client, chain).Concat(FindMisplaced(client, chain))];
    }

    /// <summary>Puts a policy in the outermost place that the rules allow.</summary>
    /// <param name="chain">The policies, outermost first.</param>
    /// <param name="policy">The policy to add.</param>
    /// <param name="from">The first place to consider.</param>
    public static void Insert(List<Policy> chain, Policy policy, int from)
    {
        var place = Enumerable.Range(from, chain.Count - from + 1)
            .FirstOrDefault(place => !chain.Take(place).Any(outer => RuleFor(policy, outer) is not null) && !chain.Skip(place).Any(inner => RuleFor(inner, policy) is not null), chain.Count);
        chain.Insert(place, policy);
    }

    /// <summary>The rule by which the first must stand outside the second, whichever of them brings it.</summary>
    private static PolicyOrder? RuleFor(Policy outer, Policy inner)
        => outer.Order.FirstOrDefault(rule => !rule.IsInside && inner.IsCalled(rule.Other)) ?? inner.Order.FirstOrDefault(rule => rule.IsInside && outer.IsCalled(rule.Other));

    private static string Repeated(string client, IGrouping<string, Policy> group) => group.Distinct().Count() > 1
        ? $"Client '{client}': two different policies are called '{group.Key}' ({string.Join(" and ", group.Distinct().Select(policy => policy.GetType().FullName))}); the name of a policy must be its own."
        : $"Client '{client}': Add{group.Key} is registered {group.Count()} times, but a policy may stand in a chain only once. AddStandardPolicies adds a set of them: change their options there. A client that is registered twice has the policies of both.";

    private static IEnumerable<string> FindContradictions(string client, IReadOnlyList<Policy> chain)
    {
        for (var at = 0; at < chain.Count; at++)
        {
            foreach (var inner in chain.Skip(at + 1))
            {
                if (RuleFor(chain[at], inner) is { } one && RuleFor(inner, chain[at]) is { } other)
                    yield return $"Client '{client}': {chain[at]} and {inner} cannot stand in one chain: one rule wants {chain[at]} outside, because {one.Because}, another wants {inner} outside, because {other.Because}.";
            }
        }
    }

    private static IEnumerable<string> FindMisplaced(string client, IReadOnlyList<Policy> chain)
    {
        for (var at = 0; at < chain.Count; at++)
        {
            foreach (var inner in chain.Skip(at + 1))
            {
                if (RuleFor(inner, chain[at]) is { } rule && RuleFor(chain[at], inner) is null)
                    yield return $"Client '{client}': Add{chain[at]} comes before Add{inner}, but {inner} must be outside {chain[at]}, because {rule.Because}. Register Add{inner} before Add{chain[at]}; where AddStandardPolicies adds one of them, set it there or name the policies one by one.";
            }
        }
    }
}
