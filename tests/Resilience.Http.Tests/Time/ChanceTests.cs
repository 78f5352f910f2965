namespace Resilience.Http.Tests;

public sealed class ChanceTests
{
    [Fact]
    public void Repeats_itself_for_the_same_seed()
        => Numbers(new Chance(7), 100).Should().Equal(Numbers(new Chance(7), 100)).And.NotEqual(Numbers(new Chance(8), 100));

    [Fact]
    public void Goes_its_own_way_without_a_seed()
        => Numbers(new Chance(), 4).Should().NotEqual(Numbers(new Chance(), 4));

    [Fact]
    public void Is_even_over_the_unit_interval()
    {
        var tenths = Numbers(new Chance(1), 100_000).GroupBy(number => Math.Floor(number * 10)).ToDictionary(group => group.Key, group => group.Count());

        tenths.Keys.Should().BeEquivalentTo(Enumerable.Range(0, 10).Select(tenth => (double)tenth));
        tenths.Values.Should().OnlyContain(count => count > 9_700 && count < 10_300);
    }

    [Fact]
    public void Gives_no_number_to_two_threads()
    {
        var chance = new Chance(3);
        var drawn = new double[4][];

        Parallel.For(0, drawn.Length, thread => drawn[thread] = Numbers(chance, 100_000));

        drawn.SelectMany(numbers => numbers).Should().OnlyHaveUniqueItems();
    }

    private static double[] Numbers(Chance chance, int count) => [.. Enumerable.Range(0, count).Select(_ => chance.NextDouble())];
}
