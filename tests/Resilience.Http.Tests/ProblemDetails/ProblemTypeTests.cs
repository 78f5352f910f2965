namespace Resilience.Http.Tests;

public sealed class ProblemTypeTests
{
    [Theory]
    [InlineData("example-problem", "https://api.example.org/foo/bar/example-problem")]
    [InlineData("../x", "https://api.example.org/foo/x")]
    [InlineData("/types/123", "https://api.example.org/types/123")]
    [InlineData("//other.example/x", "https://other.example/x")]
    [InlineData("#out-of-credit", "https://api.example.org/foo/bar/123#out-of-credit")]
    [InlineData("a/b:c", "https://api.example.org/foo/bar/a/b:c")]
    public void Resolves_a_reference_against_the_address_of_the_response(string type, string resolved)
    {
        var problem = FailedResponse.Problem($$"""{"type":"{{type}}"}""");

        problem.Type.Should().Be(resolved);
        problem.TypeUri.Should().Be(new Uri(resolved));
    }

    [Theory]
    [InlineData("about:blank")]
    [InlineData("tag:example@example.org,2021-09-17:OutOfLuck")]
    [InlineData("urn:x:y")]
    [InlineData("https://EXAMPLE.com/%7Ex")]
    public void Leaves_an_absolute_type_as_it_is(string type)
    {
        var problem = FailedResponse.Problem($$"""{"type":"{{type}}"}""");

        problem.Type.Should().Be(type);
        problem.TypeUri!.OriginalString.Should().Be(type);
    }

    [Theory]
    [InlineData("%%%")]
    [InlineData("%4")]
    [InlineData("out of credit")]
    [InlineData("{type}")]
    [InlineData("1x:y")]
    [InlineData("http://[::1")]
    [InlineData("https://")]
    [InlineData("///")]
    [InlineData("schön")]
    public void Keeps_what_is_no_reference_as_text(string type)
    {
        var problem = FailedResponse.Problem($$"""{"type":"{{type}}"}""");

        problem.Type.Should().Be(type);
        problem.TypeUri.Should().BeNull();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":""}""")]
    [InlineData("""{"type":"  "}""")]
    public void Is_blank_when_nothing_is_said(string body)
    {
        var problem = FailedResponse.Problem(body);

        problem.Type.Should().Be("about:blank");
        problem.TypeUri.Should().Be(new Uri("about:blank"));
    }

    [Fact]
    public void Stays_relative_without_an_address()
    {
        ProblemType.Resolve("/types/123", address: null).Should().Be("/types/123");
        ProblemType.ToUri("/types/123").Should().BeNull();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("#x")]
    [InlineData("?x")]
    public void Takes_no_secret_of_the_address_over(string type)
    {
        var resolved = ProblemType.Resolve(type, new Uri("https://user:secret@api.example.org/a/b?sig=secret"));

        resolved.Should().StartWith("https://api.example.org/a/").And.NotContain("secret").And.EndWith("x");
    }

    [Theory]
    [InlineData("about:blank", true)]
    [InlineData("https://tools.ietf.org/html/rfc9110#section-15.5.5", true)]
    [InlineData("https://tools.ietf.org/html/rfc7231#section-6.5.1", true)]
    [InlineData("https://datatracker.ietf.org/doc/html/rfc9110#name-404-not-found", true)]
    [InlineData("https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5", true)]
    [InlineData("https://iana.org/assignments/http-problem-types#date", false)]
    [InlineData("https://example.com/probs/out-of-credit", false)]
    [InlineData("About:Blank", false)]
    public void Is_generic_when_it_says_no_more_than_the_status(string type, bool generic)
        => new Problem { Type = type }.IsGeneric.Should().Be(generic);

    [Theory]
    [InlineData("https://u:pa55w0rd@e/a_b?token=1#c", "https://e/a_b#c")]
    [InlineData("https://u:pa55w0rd@e/a b?token=1", "https://e/a b")]
    [InlineData("//u:pa55w0rd@e", "//e")]
    [InlineData("https://u:p@ss@e/a{b}", "https://e/a{b}")]
    [InlineData("https://e/a@b", "https://e/a@b")]
    [InlineData("/types/1 2?token=1", "/types/1 2")]
    [InlineData("?token=1", "")]
    [InlineData("tag:example@example.org,2021-09-17:OutOfLuck", "tag:example@example.org,2021-09-17:OutOfLuck")]
    [InlineData("about:blank", "about:blank")]
    public void Is_printed_without_user_and_query(string type, string printed) => ProblemType.Printed(type).Should().Be(printed);
}
