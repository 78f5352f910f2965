namespace Resilience.Http.Tests;

public sealed class StructuredMemberTests
{
    [Theory]
    [InlineData("1,42")]
    [InlineData("1 , 42")]
    [InlineData("1\t,\t42")]
    [InlineData("   1, 42")]
    [InlineData("1, 42  ")]
    public void Reads_lists(string field)
        => StructuredField.ParseList(field)!.Select(member => member.Value).Should().Equal(1L, 42L);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Takes_nothing_for_an_empty_list(string field) => StructuredField.ParseList(field).Should().BeEmpty();

    [Theory]
    [InlineData("1, 42,")]
    [InlineData("1, 42, ")]
    [InlineData("1,,42")]
    [InlineData("1, , 42")]
    [InlineData(",1")]
    [InlineData("1 42")]
    [InlineData("\t1")]
    [InlineData("(1 2")]
    [InlineData("(1,2)")]
    [InlineData("(1\t2)")]
    [InlineData("((1))")]
    [InlineData("(\"a\"\"b\")")]
    public void Refuses_what_is_no_list(string field) => StructuredField.ParseList(field).Should().BeNull();

    [Fact]
    public void Reads_inner_lists_with_parameters_inside_and_outside()
    {
        var member = StructuredField.ParseList("( \"a\";x=1   b );y, ()")![0];

        member.Value.Should().BeOfType<StructuredItem[]>().Which.Select(item => item.Value).Should().Equal("a", new StructuredToken("b"));
        member.Value.As<StructuredItem[]>()[0]["x"].Should().Be(1L);
        member["y"].Should().Be(true);
    }

    [Theory]
    [InlineData("a;m;z", "m=True z=True")]
    [InlineData("a;  q=1", "q=1")]
    [InlineData("a;q=1;r=?0", "q=1 r=False")]
    [InlineData("a;x=1;y=2;x=3", "x=3 y=2")]
    [InlineData("a;*_-.1=\"v\"", "*_-.1=v")]
    public void Reads_parameters(string field, string expected)
        => string.Join(' ', StructuredField.ParseItem(field)!.Parameters.Select(pair => $"{pair.Key}={pair.Value}")).Should().Be(expected);

    [Theory]
    [InlineData("a ;q=1")]
    [InlineData("a;q =1")]
    [InlineData("a;q= 1")]
    [InlineData("a;=1")]
    [InlineData("a;")]
    [InlineData("a;Q=1")]
    [InlineData("a;1=1")]
    [InlineData("a;\tq=1")]
    [InlineData("a;q=")]
    public void Refuses_malformed_parameters(string field) => StructuredField.ParseItem(field).Should().BeNull();

    [Theory]
    [InlineData("a=1, b=2", "a=1 b=2")]
    [InlineData("a=1,b,c=?0", "a=1 b=True c=False")]
    [InlineData("a=1, b=2, a=3", "a=3 b=2")]
    [InlineData("", "")]
    public void Reads_dictionaries(string field, string expected)
        => string.Join(' ', StructuredField.ParseDictionary(field)!.Select(pair => $"{pair.Key}={pair.Value.Value}")).Should().Be(expected);

    [Fact]
    public void Reads_the_parameters_of_a_dictionarys_members()
    {
        var members = StructuredField.ParseDictionary("a;x=1, b=(2);y")!;

        members["a"]["x"].Should().Be(1L);
        members["b"]["y"].Should().Be(true);
    }

    [Theory]
    [InlineData("a=1,")]
    [InlineData("a=1,,b=2")]
    [InlineData("A=1")]
    [InlineData("a =1")]
    [InlineData("a= 1")]
    [InlineData("a=")]
    [InlineData("1")]
    [InlineData("a b")]
    public void Refuses_what_is_no_dictionary(string field) => StructuredField.ParseDictionary(field).Should().BeNull();
}
