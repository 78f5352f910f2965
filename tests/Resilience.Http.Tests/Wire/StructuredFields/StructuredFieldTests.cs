namespace Resilience.Http.Tests;

/// <summary>Vectors of httpwg/structured-field-tests.</summary>
public sealed class StructuredFieldTests
{
    [Theory]
    [InlineData("""
                "foo \"bar\" \\ baz"
                """, """foo "bar" \ baz""")]
    [InlineData("\"   \"", "   ")]
    [InlineData("\"\"", "")]
    [InlineData("  \"a\"  ", "a")]
    [InlineData("\"~ !\"", "~ !")]
    public void Reads_strings(string field, string expected) => ValueOf(field).Should().Be(expected);

    [Theory]
    [InlineData("42", 42)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-42", -42)]
    [InlineData("042", 42)]
    [InlineData("00", 0)]
    [InlineData("123456789012345", 123456789012345)]
    [InlineData("-999999999999999", -999999999999999)]
    public void Reads_integers(string field, long expected) => ValueOf(field).Should().Be(expected);

    [Theory]
    [InlineData("1.23", 1.23)]
    [InlineData("1.20", 1.2)]
    [InlineData("-1.5", -1.5)]
    [InlineData("1.125", 1.125)]
    [InlineData("123456789012.1", 123456789012.1)]
    public void Reads_decimals(string field, double expected) => ValueOf(field).Should().Be((decimal)expected);

    [Theory]
    [InlineData(":aGVsbG8=:", "aGVsbG8=")]
    [InlineData("::", "")]
    [InlineData(":/+Ah:", "/+Ah")]
    [InlineData(":aGVsbG8:", "aGVsbG8=")]
    [InlineData(":iZ==:", "iQ==")]
    public void Reads_bytes(string field, string expected) => ValueOf(field).Should().BeEquivalentTo(Convert.FromBase64String(expected));

    [Theory]
    [InlineData("?1", true)]
    [InlineData("?0", false)]
    public void Reads_booleans(string field, bool expected) => ValueOf(field).Should().Be(expected);

    [Theory]
    [InlineData("a_b-c.d3:f%00/*", "a_b-c.d3:f%00/*")]
    [InlineData("fooBar", "fooBar")]
    [InlineData("*", "*")]
    [InlineData("a", "a")]
    [InlineData("z", "z")]
    [InlineData("A", "A")]
    [InlineData("Z", "Z")]
    public void Reads_tokens(string field, string expected) => ValueOf(field).Should().Be(new StructuredToken(expected));

    [Theory]
    [InlineData("@1659578233", 1659578233)]
    [InlineData("@-1659578233", -1659578233)]
    [InlineData("@999999999999999", 999999999999999)]
    public void Reads_dates(string field, long expected) => ValueOf(field).Should().Be(new StructuredDate(expected));

    [Theory]
    [InlineData("%\"foo bar\"", "foo bar")]
    [InlineData("%\"f%c3%bc%c3%bc\"", "füü")]
    [InlineData("%\"\"", "")]
    [InlineData("%\"~ !\"", "~ !")]
    [InlineData("%\"a%22b%25\"", "a\"b%")]
    public void Reads_display_strings(string field, string expected) => ValueOf(field).Should().Be(new StructuredDisplayString(expected));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("'foo'")]
    [InlineData("\"foo")]
    [InlineData("\"foo \\,\"")]
    [InlineData("\"foo\\")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"füü\"")]
    [InlineData("--0")]
    [InlineData("- 42")]
    [InlineData("-")]
    [InlineData("4-2")]
    [InlineData("-a23")]
    [InlineData("1234567890123456")]
    [InlineData("٣")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..4")]
    [InlineData("1.1234")]
    [InlineData("1234567890123.1")]
    [InlineData(":aGVsbG8=")]
    [InlineData(":aGVsb G8=:")]
    [InlineData(":=aGVsbG8=:")]
    [InlineData(":a=GVsbG8=:")]
    [InlineData(":aGVsb===:")]
    [InlineData(":aGVsbG8==:")]
    [InlineData(":a:")]
    [InlineData(":_-Ah:")]
    [InlineData(":")]
    [InlineData("?t")]
    [InlineData("?")]
    [InlineData("?True")]
    [InlineData("@")]
    [InlineData("@1.5")]
    [InlineData("%foo")]
    [InlineData("%\"foo")]
    [InlineData("%\"%c3\"")]
    [InlineData("%\"%C3%BC\"")]
    [InlineData("%\"%c\"")]
    [InlineData("%\"ü\"")]
    [InlineData("\t1")]
    [InlineData("1\t")]
    [InlineData("1,2")]
    [InlineData("(1)")]
    public void Refuses_what_is_no_item(string field) => StructuredField.ParseItem(field).Should().BeNull();

    private static object? ValueOf(string field) => StructuredField.ParseItem(field)?.Value;
}
