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
        => NameHash.Of(new string('x', length)).Should().Be(NameHash.Of(new string('x', length)));

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
        var ignored = Enumerable.Range(0, length).Where(at => "abc".All(other => NameHash.Of(plain) == NameHash.Of(plain[..at] + other + plain[(at + 1)..])));

        ignored.Should().BeEmpty();
    }

    [Fact]
    public void Depends_on_the_length()
        => Enumerable.Range(0, 254).Select(length => NameHash.Of(new string('\0', length))).Distinct().Should().HaveCountGreaterThan(250);

    // 10,000 names in 1,024 places: ten each if they are spread evenly, and never a heap of a hundred.
    [Theory]
    [InlineData("tenant-{0}")]
    [InlineData("{0}-of-a-family-of-names-that-end-alike")]
    [InlineData("api.{0}.example.com")]
    public void Spreads_the_names_of_a_family(string pattern)
    {
        var places = Enumerable.Range(0, 10_000).Select(i => NameHash.Of(string.Format(null, pattern, i)) & 1023);

        places.CountBy(place => place).Max(place => place.Value).Should().BeLessThan(100);
    }
}
