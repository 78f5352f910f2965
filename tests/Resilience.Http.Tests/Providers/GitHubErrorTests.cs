namespace Resilience.Http.Tests;

public sealed class GitHubErrorTests
{
    [Theory]
    [InlineData(
        """{"message":"Validation Failed","errors":[{"resource":"Label","field":"name","code":"already_exists"}],"documentation_url":"https://docs.github.com/rest/issues/labels#create-a-label","status":"422"}""",
        "already_exists",
        """{"title":"Unprocessable Content","detail":"Validation Failed","code":"already_exists","errors":[{"code":"already_exists","pointer":"#/name","resource":"Label"}],"documentation_url":"https://docs.github.com/rest/issues/labels#create-a-label"}""")]
    [InlineData(
        """{"message":"Validation Failed","errors":[{"code":"custom","message":"Too many"},{"code":"missing","field":"a/b ~"}]}""",
        null,
        """{"title":"Unprocessable Content","detail":"Validation Failed","errors":[{"code":"custom","detail":"Too many"},{"code":"missing","pointer":"#/a~1b%20~0"}]}""")]
    [InlineData(
        """{"message":"Validation Failed","errors":["Name is taken", 5]}""",
        null,
        """{"title":"Unprocessable Content","detail":"Validation Failed","errors":[{"detail":"Name is taken"}]}""")]
    [InlineData(
        """{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}""",
        null,
        """{"title":"Unprocessable Content","detail":"Not Found","documentation_url":"https://docs.github.com/rest"}""")]
    public void Lists_what_is_wrong_with_which_field(string body, string? code, string expected)
    {
        var problem = ProviderError.Read(422, body);

        ProviderError.Json(problem).Should().Be(expected);
        problem.Should().BeEquivalentTo(new { Code = code, Kind = OutcomeKind.InvalidRequest });
    }

    [Theory]
    [InlineData("API rate limit exceeded for user ID 1.", OutcomeKind.Throttled)]
    [InlineData("You have exceeded a secondary rate limit. Please wait a few minutes.", OutcomeKind.Throttled)]
    [InlineData("You have triggered an abuse detection mechanism.", OutcomeKind.Throttled)]
    [InlineData("Resource not accessible by integration", OutcomeKind.Forbidden)]
    public void Tells_a_limit_from_a_lack_of_permission(string message, OutcomeKind kind)
    {
        var problem = ProviderError.Read(403, $$"""{"message":"{{message}}","documentation_url":"https://docs.github.com/rest"}""");

        problem.Should().BeEquivalentTo(new { Kind = kind, Detail = message });
    }
}
