namespace Resilience.Http.Tests;

public sealed class PartitionNameTests
{
    [Theory]
    [InlineData("tenant 7")]
    [InlineData("Müller & Söhne")]
    [InlineData("https://api.example.com:443")]
    public void Stay_as_they_are_if_they_fit_on_a_line(string name) => PartitionKey.Named(name).ToString().Should().Be(name);

    [Theory]
    [InlineData("a\r\n2026 CRIT root logged in")]
    [InlineData("a\u001b[31m")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2028b")]
    [InlineData("a\ud800")]
    public void Lose_what_could_forge_a_line(string name)
    {
        var written = PartitionKey.Named(name).ToString();

        (LogText.IsOneLine(written), PartitionKey.Parse(written) == PartitionKey.Named(name)).Should().Be((true, true));
        PartitionKey.Named($"{name}b").Should().NotBe(PartitionKey.Named(name));
    }

    [Theory]
    [InlineData("etag#d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("#d41d8cd98f00b204e9800998ecf8427e")]
    public void Are_found_though_they_end_like_a_hash(string name)
    {
        var named = PartitionKey.Named(name);

        (PartitionKey.Parse(name), PartitionKey.Parse(named.ToString())).Should().Be((named, named));
        PartitionKey.Named(named.ToString()).Should().NotBe(named);
    }

    [Fact]
    public void Are_bounded_and_stay_apart()
    {
        var (one, other) = (PartitionKey.Named(new string('n', 8000) + "1"), PartitionKey.Named(new string('n', 8000) + "2"));

        one.Should().NotBe(other);
        PartitionKey.Named("\ud800").Should().NotBe(PartitionKey.Named("\ud801"));
        one.ToString().Length.Should().BeLessThan(200);
    }

    [Fact]
    public void Are_not_anothers_though_they_look_like_it()
    {
        var named = PartitionKey.Named(new string('n', 8000));
        var imitation = PartitionKey.Named(named.ToString());

        imitation.Should().NotBe(named);
        PartitionKey.Named(imitation.ToString()).Should().NotBe(imitation);
        (PartitionKey.Parse(named.ToString()), PartitionKey.Parse(imitation.ToString())).Should().Be((named, imitation));
        PartitionKey.Named("a (background)").Should().NotBe(PartitionKey.Named("a").InBackground);
    }
}
