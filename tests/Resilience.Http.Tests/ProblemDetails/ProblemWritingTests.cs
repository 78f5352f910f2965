using System.Net;
using System.Text;
using System.Text.Json;

namespace Resilience.Http.Tests;

public sealed class ProblemWritingTests
{
    [Fact]
    public void Writes_what_it_reads()
    {
        var body = """{"type":"urn:a:b","title":"t","status":502,"detail":"d","instance":"/i","n":1,"none":null}""";

        var written = ProblemJson.Write(FailedResponse.Problem(body, status: 502));

        Encoding.UTF8.GetString(written).Should().Be(body);
    }

    [Fact]
    public void Writes_the_status_of_the_response_and_leaves_out_what_is_unknown()
    {
        var written = ProblemJson.Write(new Problem { Status = HttpStatusCode.BadGateway, ProblemStatus = 404 });

        Encoding.UTF8.GetString(written).Should().Be("""{"type":"about:blank","status":502}""");
    }

    [Fact]
    public void Writes_half_a_surrogate_pair_as_it_came()
    {
        var problem = new Problem { Extensions = new Dictionary<string, JsonElement> { ["half"] = JsonElement.Parse(@"""\ud83d""") } };

        Encoding.UTF8.GetString(ProblemJson.Write(problem)).Should().Be("""{"type":"about:blank","half":"\ud83d"}""");
    }

    [Fact]
    public void Writes_no_member_twice()
    {
        var clashing = FailedResponse.Problem("""{"x":5}""").Extensions["x"];
        var problem = new Problem { Extensions = new Dictionary<string, JsonElement> { ["type"] = clashing, ["status"] = clashing, ["void"] = default } };

        var written = ProblemJson.Write(problem);

        Encoding.UTF8.GetString(written).Should().Be("""{"type":"about:blank"}""");
    }
}
