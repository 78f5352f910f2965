using System.Text;

namespace Resilience.Http.Tests;

public sealed class ProblemReaderTests
{
    private const string Body = """{"type":"urn:a:b","title":"Schön"}""";

    [Theory]
    [InlineData("application/problem+json", "Schön")]
    [InlineData("APPLICATION/Problem+JSON; charset=\"utf-8\"; v=1", "Schön")]
    [InlineData("application/problem+json;", "Schön")]
    [InlineData("application/problem+json ; charset", "Schön")]
    [InlineData("application/json", "Schön")]
    [InlineData("text/json", "Schön")]
    [InlineData("application/hal+json", "Schön")]
    [InlineData("application/problem+xml", null)]
    [InlineData("application/problemjson", null)]
    [InlineData("text/plain", null)]
    [InlineData("text/html", null)]
    [InlineData("junk", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Goes_by_the_media_type(string? contentType, string? title)
    {
        var problem = FailedResponse.Problem(Encoding.UTF8.GetBytes(Body), contentType);

        problem.Title.Should().Be(title ?? "Bad Request");
    }

    [Theory]
    [InlineData("""{"type":"urn:a:b","title":"t"}""", "urn:a:b")]
    [InlineData("""{"type":"urn:a:b","title":"t","status":400}""", "urn:a:b")]
    [InlineData("""{"title":"t","status":400}""", "about:blank")]
    [InlineData("""{"type":"urn:a:b","status":400}""", "about:blank")]
    [InlineData("""{"type":7,"title":"t"}""", "about:blank")]
    [InlineData("""{"message":"m"}""", "about:blank")]
    [InlineData("[]", "about:blank")]
    public void Takes_plain_JSON_for_a_problem_only_with_type_and_title(string body, string type)
        => FailedResponse.Problem(body, "application/json").Type.Should().Be(type);

    [Theory]
    [InlineData("utf-8", "")]
    [InlineData("utf-8", "; charset=utf-8")]
    [InlineData("utf-8", "; charset=UTF-8")]
    [InlineData("utf-8", "; charset=nope")]
    [InlineData("utf-8", "; charset=utf-7")]
    [InlineData("utf-8", "; charset=")]
    [InlineData("utf-16", "; charset=utf-16")]
    [InlineData("utf-16BE", "; charset=utf-16be")]
    [InlineData("iso-8859-1", "; charset=iso-8859-1")]
    [InlineData("iso-8859-1", "; charset=\"ISO-8859-1\"")]
    public void Decodes_by_the_charset_else_as_UTF_8(string encoding, string parameter)
    {
        var problem = FailedResponse.Problem(Encoding.GetEncoding(encoding).GetBytes(Body), $"application/problem+json{parameter}");

        problem.Title.Should().Be("Schön");
    }

    [Theory]
    [InlineData("utf-8", "")]
    [InlineData("utf-8", "; charset=iso-8859-1")]
    [InlineData("utf-16", "")]
    [InlineData("utf-16BE", "; charset=utf-8")]
    [InlineData("utf-32", "")]
    public void Trusts_a_byte_order_mark_more_than_the_charset(string name, string parameter)
    {
        var encoding = Encoding.GetEncoding(name);

        var problem = FailedResponse.Problem([.. encoding.Preamble, .. encoding.GetBytes(Body)], $"application/problem+json{parameter}");

        problem.Title.Should().Be("Schön");
    }

    [Fact]
    public void Replaces_bytes_that_are_no_text()
    {
        var problem = FailedResponse.Problem([.. "{\"title\":\"a"u8, 0xFF, .. "\"}"u8], "application/problem+json");

        problem.Title.Should().Be("a\uFFFD");
    }

    [Theory]
    [InlineData("GET", 404, "application/problem+json", true)]
    [InlineData("GET", 404, "text/xml", true)]
    [InlineData("GET", 404, "application/x-amz-json-1.1", true)]
    [InlineData("GET", 404, "text/html", false)]
    [InlineData("GET", 404, "image/svg", false)]
    [InlineData("GET", 404, null, false)]
    [InlineData("HEAD", 404, "application/problem+json", false)]
    [InlineData("GET", 204, "application/problem+json", false)]
    [InlineData("GET", 205, "application/problem+json", false)]
    [InlineData("GET", 304, "application/problem+json", false)]
    public void Looks_only_at_bodies_that_are_there_and_meant_for_programs(string method, int status, string? contentType, bool readable)
    {
        using var response = FailedResponse.With(status, contentType, []);
        response.RequestMessage!.Method = HttpMethod.Parse(method);

        ProblemReader.IsReadable(response).Should().Be(readable);
    }
}
