namespace Resilience.Http.Tests;

public sealed class AzureErrorTests
{
    private const string Sample =
        """{"error":{"code":"InvalidPasswordFormat","message":"The password is not acceptable.","target":"password","details":[{"code":"TooShort","message":"Use 12 characters or more.","target":"password"}],"innererror":{"code":"PasswordTooShort","minLength":12}}}""";

    private const string Expected =
        """{"title":"Bad Request","detail":"The password is not acceptable.","code":"InvalidPasswordFormat","inner_code":"PasswordTooShort","target":"password","errors":[{"code":"TooShort","detail":"Use 12 characters or more.","target":"password"}]}""";

    [Theory]
    [InlineData("X: y")]
    [InlineData("x-ms-error-code: InvalidPasswordFormat")]
    public void Lists_the_details(string field) => ProviderError.Json(ProviderError.Read(400, Sample, field)).Should().Be(Expected);

    [Fact]
    public void Takes_the_deepest_of_the_inner_codes()
    {
        var problem = ProviderError.Read(400, """{"error":{"code":"A","message":"m","innererror":{"code":"B","innererror":{"code":"C","innererror":{"x":1}}}}}""");

        problem.Extensions["inner_code"].GetString().Should().Be("C");
    }

    [Theory]
    [InlineData("", "text/plain", null)]
    [InlineData("""{"message":"m"}""", "application/json", "m")]
    [InlineData("<?xml version='1.0' encoding='utf-8'?><Error><Code>BlobNotFound</Code><Message>m</Message></Error>", "application/xml", "m")]
    [InlineData("""{"error":{"message":"m"}}""", "application/json", "m")]
    public void Takes_the_code_from_the_field_where_the_body_has_none(string body, string contentType, string? detail)
    {
        var problem = ProviderError.Read(404, body, $"Content-Type: {contentType}", "x-ms-error-code: BlobNotFound", "x-ms-request-id: 7");

        problem.Should().BeEquivalentTo(new { Code = "BlobNotFound", Detail = detail, Kind = OutcomeKind.NotFound });
        problem.Extensions["request_id"].GetString().Should().Be("7");
    }
}
