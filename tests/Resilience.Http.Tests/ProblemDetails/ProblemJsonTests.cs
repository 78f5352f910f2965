using System.Net;

namespace Resilience.Http.Tests;

public sealed class ProblemJsonTests
{
    [Fact]
    public void Carries_every_member_of_the_standard()
    {
        var problem = FailedResponse.Problem("""
            {"type":"https://example.com/probs/out-of-credit","title":"Out of credit","status":403,"detail":"30, but it costs 50.",
             "instance":"/account/12345/msgs/abc","balance":30,"accounts":["/account/12345"],"hint":null}
            """, status: 403);

        problem.Should().BeEquivalentTo(new
        {
            Type = "https://example.com/probs/out-of-credit",
            TypeUri = new Uri("https://example.com/probs/out-of-credit"),
            IsGeneric = false,
            Title = "Out of credit",
            Detail = "30, but it costs 50.",
            Instance = "/account/12345/msgs/abc",
            ProblemStatus = 403,
            Status = HttpStatusCode.Forbidden,
            Kind = OutcomeKind.Forbidden,
            RetryAfter = TimeSpan.FromSeconds(7),
        });
        problem.Extensions.Select(extension => $"{extension.Key}={extension.Value.GetRawText()}")
            .Should().Equal("balance=30", """accounts=["/account/12345"]""", "hint=null");
    }

    [Theory]
    [InlineData("""{"type":5,"title":"t"}""", "about:blank", "t", null, null)]
    [InlineData("""{"type":null,"title":"t"}""", "about:blank", "t", null, null)]
    [InlineData("""{"type":"urn:a:b","title":5,"detail":"d"}""", "urn:a:b", null, "d", null)]
    [InlineData("""{"title":"t","detail":{"a":1},"status":404}""", "about:blank", "t", null, 404)]
    [InlineData("""{"title":"t","detail":["a"],"instance":true}""", "about:blank", "t", null, null)]
    [InlineData("""{"title":"a","title":"b"}""", "about:blank", "b", null, null)]
    [InlineData("""{}""", "about:blank", "Bad Request", null, null)]
    [InlineData("""{"detail":"d"}""", "about:blank", "Bad Request", "d", null)]
    public void Ignores_each_member_of_the_wrong_type(string body, string type, string? title, string? detail, int? status)
    {
        var problem = FailedResponse.Problem(body);

        problem.Should().BeEquivalentTo(new { Type = type, Title = title, Detail = detail, Instance = (string?)null, ProblemStatus = status });
        problem.Extensions.Should().BeEmpty();
    }

    [Theory]
    [InlineData(@"\ud83d", "\ufffd")]
    [InlineData(@"\uDE00\ud83d", "\ufffd\ufffd")]
    [InlineData(@"a\ud83d\ud83d\ude00b\ude00", "a\ufffd\U0001f600b\ufffd")]
    [InlineData(@"\\ud83d\\\ud83d", "\\ud83d\\\ufffd")]
    [InlineData(@"\u00e9\ud83d", "é\ufffd")]
    public void Replaces_half_a_surrogate_pair_as_a_decoder_replaces_broken_bytes(string written, string read)
    {
        var problem = FailedResponse.Problem($$"""{"title":"t","detail":"{{written}}","{{written}}":"{{written}}"}""");

        (problem.Title, problem.Detail).Should().Be(("t", read));
        problem.Extensions[read].GetString().Should().Be(read);
    }

    [Theory]
    [InlineData("403", 403)]
    [InlineData("403.0", 403)]
    [InlineData("4.03e2", 403)]
    [InlineData("100", 100)]
    [InlineData("999", 999)]
    [InlineData("99", null)]
    [InlineData("1000", null)]
    [InlineData("403.5", null)]
    [InlineData("99999999999", null)]
    [InlineData("1e999", null)]
    [InlineData("-1", null)]
    [InlineData("0", null)]
    [InlineData("\"403\"", null)]
    [InlineData("null", null)]
    [InlineData("true", null)]
    [InlineData("[403]", null)]
    public void Takes_only_whole_numbers_from_100_to_999_for_a_status(string status, int? expected)
    {
        var problem = FailedResponse.Problem($$"""{"status":{{status}}}""", status: 502);

        problem.ProblemStatus.Should().Be(expected);
        problem.Status.Should().Be(HttpStatusCode.BadGateway);
        problem.Extensions.Should().BeEmpty();
    }

    [Fact]
    public void Tells_names_apart_by_case()
    {
        var problem = FailedResponse.Problem("""{"Type":"X","STATUS":1,"title":"t"}""");

        problem.Should().BeEquivalentTo(new { Type = "about:blank", ProblemStatus = (int?)null, Title = "t" });
        problem.Extensions.Keys.Should().Equal("Type", "STATUS");
    }

    [Fact]
    public void Keeps_the_last_of_two_extensions_by_one_name()
    {
        var problem = FailedResponse.Problem("""{"code":1,"code":2}""");

        problem.Extensions["code"].GetInt32().Should().Be(2);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"s\"")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("""{"type":"urn:a:b",}""")]
    [InlineData("// c\n{\"type\":\"urn:a:b\"}")]
    [InlineData("""{"type":"urn:a:b"} x""")]
    [InlineData("""{"type":"urn:a:b""")]
    [InlineData("<html></html>")]
    public void Falls_back_to_the_status_when_the_body_is_no_object(string body)
    {
        var problem = FailedResponse.Problem(body, status: 425);

        problem.Should().BeEquivalentTo(new { Type = "about:blank", Title = "Too Early", Detail = (string?)null, Status = (HttpStatusCode)425, IsGeneric = true });
        problem.Extensions.Should().BeEmpty();
    }

    [Theory]
    [InlineData(63, "t")]
    [InlineData(64, "Bad Request")]
    [InlineData(20_000, "Bad Request")]
    public void Refuses_what_is_nested_deeper_than_64(int arrays, string title)
    {
        var body = $$"""{"title":"t","deep":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";

        FailedResponse.Problem(body).Title.Should().Be(title);
    }

    // What ASP.NET Core 10 sends.
    [Theory]
    [InlineData(404, """{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404,"traceId":"00-1"}""", "Not Found")]
    [InlineData(500, """{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.1","title":"An error occurred while processing your request.","status":500,"traceId":"00-1"}""", "An error occurred while processing your request.")]
    [InlineData(400, """{"type":"https://tools.ietf.org/html/rfc7231#section-6.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"$":["x"]},"traceId":"00-1"}""", "One or more validation errors occurred.")]
    [InlineData(429, """{"title":"Too Many Requests","status":429,"traceId":"00-1"}""", "Too Many Requests")]
    [InlineData(425, """{"status":425,"traceId":"00-1"}""", "Too Early")]
    public void Understands_what_servers_of_the_same_framework_say(int status, string body, string title)
    {
        var problem = FailedResponse.Problem(body, "application/problem+json; charset=utf-8", status);

        problem.Should().BeEquivalentTo(new { IsGeneric = true, Title = title, ProblemStatus = status });
        problem.Extensions["traceId"].GetString().Should().Be("00-1");
    }

    [Fact]
    public void Keeps_the_real_status_apart_from_the_one_that_the_body_claims()
    {
        var problem = FailedResponse.Problem("""{"status":404,"title":"Gone astray"}""", status: 502);

        problem.Status.Should().Be(HttpStatusCode.BadGateway);
        problem.ProblemStatus.Should().Be(404);
    }
}
