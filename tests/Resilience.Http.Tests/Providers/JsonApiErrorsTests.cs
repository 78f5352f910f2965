namespace Resilience.Http.Tests;

public sealed class JsonApiErrorsTests
{
    private const string TooShort =
        """{"id":"e-901","status":"422","code":"TOO_SHORT","title":"Value too short","detail":"nickname needs 3 characters.","source":{"pointer":"/data/attributes/nickname"},"links":{"type":"https://api.example.net/errors/too-short"}}""";

    [Theory]
    [InlineData(
        TooShort,
        """{"type":"https://api.example.net/errors/too-short","title":"Value too short","detail":"nickname needs 3 characters.","code":"TOO_SHORT","error_id":"e-901","pointer":"#/data/attributes/nickname"}""")]
    [InlineData(
        """{"title":"Gone","links":{"about":{"href":"https://a.example/e/1"},"type":{"href":"urn:a:gone"}},"meta":{"a":1}}""",
        """{"type":"urn:a:gone","title":"Gone","instance":"https://a.example/e/1","meta":{"a":1}}""")]
    [InlineData(
        $$$"""{{{TooShort}}},{"status":"422","code":"MISSING","title":"Value missing","source":{"parameter":"locale"}}""",
        """{"title":"Unprocessable Content","errors":[{"code":"TOO_SHORT","detail":"nickname needs 3 characters.","pointer":"#/data/attributes/nickname"},{"code":"MISSING","detail":"Value missing","parameter":"locale"}]}""")]
    [InlineData(
        """{"code":"A","links":{"type":"urn:a:b"}},{"code":"A","links":{"type":"urn:a:b"}}""",
        """{"type":"urn:a:b","code":"A","errors":[{"code":"A"},{"code":"A"}]}""")]
    public void One_error_is_the_problem_and_several_are_listed(string errors, string expected)
    {
        var problem = ProviderError.Read(422, $$"""{"errors":[{{errors}}]}""", "Content-Type: application/vnd.api+json");

        ProviderError.Json(problem).Should().Be(expected);
    }

    [Theory]
    [InlineData("\"422\"", 422)]
    [InlineData("\"1e2\"", null)]
    [InlineData("\"99\"", null)]
    [InlineData("422", null)]
    public void The_status_is_text(string status, int? expected)
        => ProviderError.Read(400, $$"""{"errors":[{"title":"t","status":{{status}}}]}""").ProblemStatus.Should().Be(expected);

    [Theory]
    [InlineData("""{"errors":[{"title":"t"}]}""", "application/json", "t")]
    [InlineData("""{"errors":[{"detail":"d"}]}""", "application/json", "Bad Request")]
    [InlineData("""{"errors":[]}""", "application/vnd.api+json", "Bad Request")]
    [InlineData("""{"type":"urn:a:b","title":"t"}""", "application/vnd.api+json", "t")]
    public void Is_known_by_its_media_type_or_its_shape(string body, string contentType, string title)
        => ProviderError.Read(400, body, $"Content-Type: {contentType}").Title.Should().Be(title);
}
