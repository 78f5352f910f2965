namespace Resilience.Http.Tests;

public sealed class NameHashTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(10_000)]
    public void Is_the_same_for_the_same_text(int length)
        => NameHash.Of(new string('x', length), 443).Should().Be(NameHash.Of(new string('x', length), 443));

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(300)]
    public void Depends_on_every_character(int length)
    {
        var plain = new string('x', length);

        // Three tries, since hashes may be the same by chance.
        var ignored = Enumerable.Range(0, length).Where(at => "abc".All(other => NameHash.Of(plain, 0) == NameHash.Of(plain[..at] + other + plain[(at + 1)..], 0)));

        ignored.Should().BeEmpty();
    }

    [Fact]
    public void Depends_on_the_length()
        => Enumerable.Range(0, 254).Select(length => NameHash.Of(new string('\0', length), 0)).Distinct().Should().HaveCountGreaterThan(250);

    [Theory]
    [InlineData("short")]
    [InlineData(300)]
    public void Depends_on_the_port(object name)
    {
        var text = name as string ?? new string('x', (int)name);

        Enumerable.Range(1, 254).Select(port => NameHash.Of(text, port)).Distinct().Should().HaveCountGreaterThan(250);
    }

    public static TheoryData<string, Func<int, (string Name, int Port)>> Families => new()
    {
        { "counted", i => ($"tenant-{i}", 0) },
        { "counted in eight digits", i => ($"{i:D8}", 0) },
        { "alike but for a character", i => ($"tenant-{(char)i}", 0) },
        { "alike at the end", i => ($"{i}.api.example.com", 443) },
        { "ports of one host", i => ("api.example.com", i) },
    };

    [Theory]
    [MemberData(nameof(Families), DisableDiscoveryEnumeration = true)]
    public void Keeps_searches_short_in_every_family_of_names(string family, Func<int, (string Name, int Port)> member)
    {
        (string Name, int Port)[] members = [.. Enumerable.Range(1, 10_000).Select(member)];

        var steps = Enumerable.Range(0, 50).Select(seed => StepsPerSearch(members, RandomKeys(seed)));

        steps.Max().Should().BeLessThan(2.2, "they are 1.8 where chance alone decides, and these are {0}", family);
    }

    // In a table of 16,384 slots where what finds its own slot taken goes to the next that is free.
    private static double StepsPerSearch((string Name, int Port)[] members, ulong[] keys)
    {
        var (taken, steps) = (new bool[16_384], 0);
        foreach (var (name, port) in members)
        {
            var at = NameHash.Of(name, port, keys) & 16_383;
            for (steps++; taken[at]; steps++)
                at = (at + 1) & 16_383;
            taken[at] = true;
        }

        return (double)steps / members.Length;
    }

    private static ulong[] RandomKeys(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 130).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
    }
}
