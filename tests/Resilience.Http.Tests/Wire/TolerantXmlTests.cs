using System.Text;

namespace Resilience.Http.Tests;

public sealed class TolerantXmlTests
{
    [Theory]
    [InlineData("utf-8", "<a>é</a>", null)]
    [InlineData("iso-8859-1", "<a>é</a>", "iso-8859-1")]
    [InlineData("iso-8859-1", "<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>", null)]
    [InlineData("utf-8", "<?xml version='1.0' encoding='utf-8'?><a>é</a>", "unknown")]
    public void Is_read_by_the_charset_of_the_field_else_by_its_own(string encoding, string xml, string? charset)
        => TolerantXml.RootOrNull(Encoding.GetEncoding(encoding).GetBytes(xml), new("application/xml", charset))!.Text.Should().Be("é");

    [Theory]
    [InlineData("")]
    [InlineData("<!-- nothing -->")]
    [InlineData("<a>")]
    [InlineData("<a/><b/>")]
    public void Is_null_for_what_has_no_root_or_more_than_one(string xml)
        => TolerantXml.RootOrNull(Encoding.UTF8.GetBytes(xml), new("application/xml", null)).Should().BeNull();

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Is_read_64_elements_deep(int depth, bool isRead)
    {
        var xml = new StringBuilder().Insert(0, "<a>", depth).Insert(depth * 3, "</a>", depth);

        (TolerantXml.RootOrNull(Encoding.UTF8.GetBytes(xml.ToString()), new("application/xml", null)) is not null).Should().Be(isRead);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void Is_read_up_to_4096_elements(int elements, bool isRead)
    {
        var xml = new StringBuilder("<a>").Insert(3, "<b/>", elements - 1).Append("</a>");

        (TolerantXml.RootOrNull(Encoding.UTF8.GetBytes(xml.ToString()), new("application/xml", null)) is not null).Should().Be(isRead);
    }

    [Fact]
    public void Has_the_text_around_what_is_left_out()
        => TolerantXml.RootOrNull(" <?x y?> <a> one<!-- two --><?x y?><b> </b> <![CDATA[three]]> </a> "u8.ToArray(), new("application/xml", null))!.Text.Should().Be("onethree");

    [Fact]
    public void Becomes_JSON_in_which_only_the_status_of_the_problem_is_a_number()
    {
        const string xml = $"<problem xmlns='{XmlToJson.Namespace}'><status>403</status><errors><i>1</i><i><status>2</status></i></errors></problem>";

        var json = XmlToJson.Convert(TolerantXml.RootOrNull(Encoding.UTF8.GetBytes(xml), new("application/problem+xml", null))!);

        json.Should().Be("""{"status":403,"errors":["1",{"status":"2"}]}""");
    }
}
