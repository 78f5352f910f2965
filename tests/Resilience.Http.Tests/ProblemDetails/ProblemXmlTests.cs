using System.Text;

namespace Resilience.Http.Tests;

public sealed class ProblemXmlTests
{
    private const string Xml = "application/problem+xml";

    [Fact]
    public void Carries_every_member_of_the_standard()
    {
        var problem = FailedResponse.Problem("""
            <?xml version="1.0" encoding="UTF-8"?>
            <problem xmlns="urn:ietf:rfc:7807">
              <type>
                https://example.com/probs/out-of-credit
              </type>
              <title>Out of credit</title><detail>30, but it costs 50.</detail><status>403</status>
              <instance>https://example.net/account/12345/msgs/abc</instance>
              <balance>30</balance>
              <accounts><i>https://example.net/account/12345</i><i><name>Ada</name></i></accounts>
            </problem>
            """, Xml, 403);

        problem.Should().BeEquivalentTo(new
        {
            Type = "https://example.com/probs/out-of-credit",
            Title = "Out of credit",
            Detail = "30, but it costs 50.",
            ProblemStatus = 403,
            Instance = "https://example.net/account/12345/msgs/abc",
        });
        problem.Extensions.Select(extension => $"{extension.Key}={extension.Value.GetRawText()}")
            .Should().Equal("balance=\"30\"", """accounts=["https://example.net/account/12345",{"name":"Ada"}]""");
    }

    [Theory]
    [InlineData("<x>a</x>", "\"a\"")]
    [InlineData("<x/>", "\"\"")]
    [InlineData("<x><![CDATA[<b>]]></x>", "\"\\u003Cb\\u003E\"")]
    [InlineData("<x a='1'>a<!-- c -->b</x>", "\"ab\"")]
    [InlineData("<x><i>a</i></x>", """["a"]""")]
    [InlineData("<x><i><i>a</i></i></x>", """[["a"]]""")]
    [InlineData("<x><i>a</i><b>c</b></x>", """{"i":"a","b":"c"}""")]
    [InlineData("<x><status>7</status></x>", """{"status":"7"}""")]
    [InlineData("<x>text<b>c</b></x>", """{"b":"c"}""")]
    [InlineData("<x>a</x><x>b</x>", "\"b\"")]
    public void Reads_elements_as_the_JSON_they_stand_for(string xml, string json)
    {
        var problem = FailedResponse.Problem($"<problem xmlns='urn:ietf:rfc:7807'>{xml}</problem>", Xml);

        problem.Extensions["x"].GetRawText().Should().Be(json);
    }

    [Theory]
    [InlineData("<title><b>t</b></title>")]
    [InlineData("<title><i>t</i></title>")]
    [InlineData("<o:title xmlns:o='urn:other'>t</o:title>")]
    [InlineData("<Title>t</Title>")]
    public void Ignores_what_is_not_the_member_or_not_text(string title)
    {
        var problem = FailedResponse.Problem($"<problem xmlns='urn:ietf:rfc:7807'>{title}<detail>d</detail></problem>", Xml);

        problem.Should().BeEquivalentTo(new { Title = "Bad Request", Detail = "d" });
    }

    [Theory]
    [InlineData("403", 403)]
    [InlineData(" 403 ", 403)]
    [InlineData("403.0", null)]
    [InlineData("+403", null)]
    [InlineData("99", null)]
    [InlineData("1000", null)]
    [InlineData("99999999999", null)]
    [InlineData("", null)]
    public void Takes_only_whole_numbers_from_100_to_999_for_a_status(string status, int? expected)
    {
        var problem = FailedResponse.Problem($"<problem xmlns='urn:ietf:rfc:7807'><status>{status}</status></problem>", Xml);

        problem.ProblemStatus.Should().Be(expected);
    }

    [Theory]
    [InlineData("<problem><title>t</title></problem>")]
    [InlineData("<problem xmlns='urn:other'><title>t</title></problem>")]
    [InlineData("<Problem xmlns='urn:ietf:rfc:7807'><title>t</title></Problem>")]
    [InlineData("<problem xmlns='urn:ietf:rfc:7807'><title>t</title>")]
    [InlineData("<problem xmlns='urn:ietf:rfc:7807'><title>&#0;</title></problem>")]
    [InlineData("<?xml version='1.0' encoding='nope'?><problem xmlns='urn:ietf:rfc:7807'><title>t</title></problem>")]
    [InlineData("<?xml version='1.0' encoding='utf-7'?><problem xmlns='urn:ietf:rfc:7807'><title>t</title></problem>")]
    [InlineData("{\"title\":\"t\"}")]
    [InlineData("")]
    public void Falls_back_to_the_status_when_the_document_is_no_problem(string xml)
        => FailedResponse.Problem(xml, Xml).Title.Should().Be("Bad Request");

    [Theory]
    [InlineData("<!DOCTYPE problem>", "t")]
    [InlineData("<!DOCTYPE problem [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "&x;")]
    [InlineData("<!DOCTYPE problem SYSTEM 'http://127.0.0.1:9/x.dtd'>", "t")]
    [InlineData("<!DOCTYPE problem [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>", "&b;")]
    [InlineData("", "&x;")]
    public void Refuses_declarations_and_entities(string declaration, string title)
    {
        var problem = FailedResponse.Problem($"{declaration}<problem xmlns='urn:ietf:rfc:7807'><title>{title}</title></problem>", Xml);

        problem.Title.Should().Be("Bad Request");
    }

    [Theory]
    [InlineData(62, "t")]
    [InlineData(64, "Bad Request")]
    [InlineData(9_000, "Bad Request")]
    public void Refuses_what_is_nested_deeper_than_64(int elements, string title)
    {
        var deep = $"{string.Concat(Enumerable.Repeat("<a>", elements))}{string.Concat(Enumerable.Repeat("</a>", elements))}";

        FailedResponse.Problem($"<problem xmlns='urn:ietf:rfc:7807'><title>t</title>{deep}</problem>", Xml).Title.Should().Be(title);
    }

    [Theory]
    [InlineData("iso-8859-1", Xml)]
    [InlineData("iso-8859-1", Xml + "; charset=iso-8859-1")]
    [InlineData("utf-16", Xml + "; charset=utf-16")]
    [InlineData("utf-16", Xml)]
    [InlineData("utf-8", Xml + "; charset=nope")]
    public void Is_decoded_by_charset_mark_or_declaration(string encoding, string contentType)
    {
        var text = $"<?xml version='1.0' encoding='{encoding}'?><problem xmlns='urn:ietf:rfc:7807'><title>Schön</title></problem>";
        byte[] mark = encoding == "utf-16" ? [0xFF, 0xFE] : [];

        var problem = FailedResponse.Problem([.. mark, .. Encoding.GetEncoding(encoding).GetBytes(text)], contentType);

        problem.Title.Should().Be("Schön");
    }
}
