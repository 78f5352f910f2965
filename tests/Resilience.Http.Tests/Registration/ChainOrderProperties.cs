using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

/// <summary>Whatever rules policies bring along, an order is found that obeys them all, or it is said why there is none.</summary>
public sealed class ChainOrderProperties
{
    private static readonly string[] Names = ["A", "B", "C", "D", "E"];
    private static readonly TestPolicy Entrance = new("Entrance");

    [Fact]
    public void Finds_an_order_if_there_is_one_and_names_a_contradiction_if_there_is_none()
        => Prop.ForAll(Chains(), policies =>
        {
            var faults = Faults(ChainOrder.Place([Entrance], policies));
            return Orders(policies).Any(Obeys) ? faults.Count == 0 : faults.Count > 0 && faults.All(IsContradiction);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Finds_fault_with_the_orders_that_break_a_rule_and_with_no_others()
        => Prop.ForAll(Chains(), policies => Faults(policies).Count == 0 == Obeys(policies)).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Places_every_policy_once_and_leaves_the_others_in_their_order()
        => Prop.ForAll(Chains(), Chains("F", "G", "H"), (added, chain) =>
        {
            var placed = ChainOrder.Place([Entrance, .. chain], added);
            return placed.Count == 1 + added.Count + chain.Count && placed.Except(added).SequenceEqual([Entrance, .. chain]) && added.All(placed.Contains);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Leaves_no_place_further_out_that_the_rules_allow()
        => Prop.ForAll(Chains("A"), Gen.Shuffle(Names[1..]).ToArbitrary(), (added, names) =>
        {
            IReadOnlyList<Policy> chain = [Entrance, .. names.Select(name => new TestPolicy(name))];
            var places = Enumerable.Range(1, chain.Count).Select(at => (IReadOnlyList<Policy>)[.. chain.Take(at), .. added, .. chain.Skip(at)]);
            return places.FirstOrDefault(Obeys) is not { } outermost || ChainOrder.Place(chain, added).SequenceEqual(outermost);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static IReadOnlyList<string> Faults(IReadOnlyList<Policy> chain) => ChainOrder.FindFaults("test", chain);

    private static bool IsContradiction(string fault) => fault.Contains("cannot stand in one chain", StringComparison.Ordinal);

    private static bool Obeys(IReadOnlyList<Policy> chain)
        => chain.All(policy => policy.Order.All(rule => Place(chain, rule.Other) is var other && (other < 0 || chain[other] == policy || rule.IsInside == other < Place(chain, policy.Name))));

    private static int Place(IReadOnlyList<Policy> chain, string name) => chain.ToList().FindIndex(policy => policy.Name == name);

    private static IEnumerable<IReadOnlyList<Policy>> Orders(IReadOnlyList<Policy> policies)
        => policies.Count == 0 ? [[]] : policies.SelectMany(first => Orders([.. policies.Where(policy => policy != first)]).Select(rest => (IReadOnlyList<Policy>)[first, .. rest]));

    /// <summary>Policies of these names in any order, with rules about each other, themselves and policies that are not there.</summary>
    private static Arbitrary<IReadOnlyList<Policy>> Chains(params string[] names)
    {
        var rule = from other in Gen.Elements([.. Names, "F", "Nobody"])
                   from isInside in Gen.Elements(true, false)
                   select isInside ? PolicyOrder.Inside(other, "it must") : PolicyOrder.Outside(other, "it must");
        return (from order in Gen.Shuffle(names.Length > 0 ? names : Names)
                from rules in Gen.Choose(0, 2).SelectMany(count => rule.ListOf(count)).ListOf(order.Length)
                select (IReadOnlyList<Policy>)[.. order.Zip(rules, (name, mine) => new TestPolicy(name, [.. mine]))]).ToArbitrary();
    }
}
