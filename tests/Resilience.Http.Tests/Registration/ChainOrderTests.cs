using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>The rules that policies bring along for their places.</summary>
public sealed class ChainOrderTests
{
    [Fact]
    public void The_total_timeout_is_printed_where_it_is_wherever_it_was_added()
    {
        using var host = new TestHost(client => client.AddRetry().AddTotalTimeout(TimeSpan.FromSeconds(1)));

        host.Inside.Policies.Select(policy => policy.Name).Should().Equal("TotalTimeout", "Retry");
    }

    private static readonly TestPolicy Loner = new("Loner");
    private static readonly TestPolicy Outer = new("Outer", PolicyOrder.Outside("Retry", "it must see the call once"));
    private static readonly TestPolicy Inner = new("Inner", PolicyOrder.Inside("retry", "it must see every attempt"));

    [Theory]
    [InlineData("Inner Retry", "Client 'test': AddInner comes before AddRetry, but Retry must be outside Inner, because it must see every attempt. Register AddRetry before AddInner.*")]
    [InlineData("Retry Outer", "Client 'test': AddRetry comes before AddOuter, but Outer must be outside Retry, because it must see the call once. Register AddOuter before AddRetry.*")]
    public void An_order_that_breaks_a_rule_stops_the_host(string chain, string message)
        => Opening(chain).Should().Throw<OptionsValidationException>().WithMessage(message);

    [Theory]
    [InlineData("Outer Retry Inner")]
    [InlineData("Loner Outer Retry Loner2 Inner")]
    [InlineData("Inner Outer")]
    public void An_order_that_obeys_every_rule_is_taken_as_it_is(string chain) => Opening(chain).Should().NotThrow();

    [Fact]
    public void Rules_that_contradict_each_other_stop_the_host_with_their_reasons()
        => ChainOrder.FindFaults("test", [new TestPolicy("A", PolicyOrder.Outside("B", "a")), new TestPolicy("B", PolicyOrder.Outside("A", "b"))])
            .Should().Equal("Client 'test': A and B cannot stand in one chain: A must be outside B, because a; B must be outside A, because b.");

    [Fact]
    public void Rules_that_contradict_each_other_by_way_of_others_are_named_as_a_circle()
        => ChainOrder.FindFaults("test", [Loner, new TestPolicy("A", PolicyOrder.Outside("B", "a")), new TestPolicy("B"), new TestPolicy("C", PolicyOrder.Inside("B", "c"), PolicyOrder.Outside("A", "d"))])
            .Should().Equal("Client 'test': A, B and C cannot stand in one chain: A must be outside B, because a; B must be outside C, because c; C must be outside A, because d.");

    [Fact]
    public void A_policy_without_the_one_that_it_needs_stops_the_host()
        => ChainOrder.FindFaults("test", [Loner, new TestPolicy("A", PolicyOrder.Needs("B", "it works with what that makes"))])
            .Should().Equal("Client 'test': A must be inside B, because it works with what that makes, but the client has no AddB. Register AddB before AddA; where only configuration describes the client, give it a section B.");

    [Fact]
    public void A_policy_may_stand_inside_any_other_of_the_name_that_it_needs()
    {
        var needs = new TestPolicy("A", PolicyOrder.Needs("b", "it works with what that makes"));

        ChainOrder.FindFaults("test", [new TestPolicy("B"), needs]).Should().BeEmpty();
        ChainOrder.FindFaults("test", [needs, new TestPolicy("B")]).Should().ContainSingle().Which.Should().Contain("AddA comes before AddB");
    }

    [Fact]
    public void Two_policies_of_one_name_stop_the_host_whatever_its_case()
        => ChainOrder.FindFaults("test", [RetryPolicy.Instance, new TestPolicy("retry")])
            .Should().Equal("Client 'test': two different policies are called 'Retry' (Resilience.Http.RetryPolicy and Resilience.Http.Tests.TestPolicy); the name of a policy must be its own.");

    [Theory]
    [InlineData("Loner", "TotalTimeout Loner Retry CircuitBreaker")]
    [InlineData("Inner", "TotalTimeout Retry Inner CircuitBreaker")]
    [InlineData("Outer", "TotalTimeout Outer Retry CircuitBreaker")]
    [InlineData("Loner Loner2", "TotalTimeout Loner Loner2 Retry CircuitBreaker")]
    [InlineData("Inner Outer Loner", "TotalTimeout Outer Loner Retry Inner CircuitBreaker")]
    [InlineData("InsideLoner OutsideLoner2 Loner2 Loner", "TotalTimeout OutsideLoner2 Loner2 Loner InsideLoner Retry CircuitBreaker")]
    public void Each_has_the_outermost_place_that_the_rules_allow(string added, string chain)
        => ChainOrder.Place(Policies("TotalTimeout Retry CircuitBreaker"), Policies(added)).Should().Equal(Policies(chain), (placed, named) => placed.Name == named.Name);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_rule_names_another_policy_and_a_reason(string missing)
    {
        FluentActions.Invoking(() => PolicyOrder.Inside(missing, "it must")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => PolicyOrder.Outside("Retry", missing)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => PolicyOrder.Needs("Retry", missing)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new TestPolicy(missing)).Should().Throw<ArgumentException>();
    }

    private static Action Opening(string chain) => () =>
    {
        using var host = new TestHost(client => Policies(chain).ForEach(policy => _ = policy is TestPolicy test ? client.AddPolicy(test) : client.AddRetry()));
        host.Inside.Policies.Select(policy => policy.Name).Should().Equal(chain.Split(' '));
    };

    private static List<Policy> Policies(string names) => [.. names.Split(' ').Select(name => (Policy)(name switch
    {
        "Loner" => Loner,
        "Outer" => Outer,
        "Inner" => Inner,
        "InsideLoner" => new TestPolicy(name, PolicyOrder.Inside("Loner", "it must")),
        "OutsideLoner2" => new TestPolicy(name, PolicyOrder.Outside("Loner2", "it must")),
        "Retry" => RetryPolicy.Instance,
        "TotalTimeout" => TotalTimeoutPolicy.Instance,
        "CircuitBreaker" => CircuitBreakerPolicy.Instance,
        _ => new TestPolicy(name),
    }))];
}
