using System.Net;

namespace Resilience.Http.Tests;

public sealed class ProblemTests
{
    [Fact]
    public void Reads_as_one_line_fit_for_a_log()
    {
        var problem = new Problem
        {
            Status = HttpStatusCode.Forbidden,
            Type = "https://example.com/probs/out-of-credit",
            Title = "Out of credit",
            Detail = "Ada has 30, but it costs 50.",
            Instance = "/account/ada",
        };

        problem.ToString().Should().Be("403 Forbidden: Out of credit (https://example.com/probs/out-of-credit)");
    }

    [Fact]
    public void Says_nothing_twice()
        => new Problem { Status = HttpStatusCode.NotFound, Title = "Not Found" }.ToString().Should().Be("404 Not Found");

    [Fact]
    public void Reads_as_its_kind_when_there_was_no_response()
        => new Problem { Kind = OutcomeKind.ConnectionFailed, Title = "Unreachable" }.ToString().Should().Be("ConnectionFailed: Unreachable");

    [Fact]
    public void Cannot_forge_a_log_line_or_flood_the_log()
    {
        var problem = new Problem { Status = HttpStatusCode.NotFound, Title = "a\r\n\u2028\u0085b", Type = new string('x', 1_000_000) };

        problem.ToString().Should().Be($"404 Not Found: a    b ({new string('x', 200)}…)");
    }

    [Theory]
    [InlineData(199, "…")]
    [InlineData(198, "\U0001F600…")]
    public void Is_never_cut_within_a_character(int length, string end)
    {
        var problem = new Problem { Status = HttpStatusCode.NotFound, Title = $"{new string('x', length)}\U0001F600\U0001F600" };

        problem.ToString().Should().EndWith($"x{end}");
    }

    [Fact]
    public void Does_not_change_with_the_dictionary_it_was_made_of()
    {
        var extensions = new Dictionary<string, System.Text.Json.JsonElement> { ["a"] = default };
        var problem = new Problem { Extensions = extensions };

        extensions.Clear();

        problem.Extensions.Should().ContainKey("a");
    }

    [Fact]
    public void Is_blank_by_default()
        => new Problem().Should().BeEquivalentTo(new { Type = "about:blank", IsGeneric = true, Title = (string?)null, Status = (HttpStatusCode?)null });
}
