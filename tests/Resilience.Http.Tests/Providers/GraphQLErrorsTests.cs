namespace Resilience.Http.Tests;

public sealed class GraphQLErrorsTests
{
    private const string Sample =
        """{"errors":[{"message":"Not allowed to read salary","locations":[{"line":3,"column":5}],"path":["employee","salary"],"extensions":{"code":"FORBIDDEN"}}],"data":{"employee":{"name":"Ada","salary":null}}}""";

    [Theory]
    [InlineData("application/graphql-response+json", OutcomeKind.Forbidden)]
    [InlineData("application/json", OutcomeKind.InvalidRequest)]
    public void Lists_the_errors_and_trusts_their_code_if_the_media_type_says_GraphQL(string contentType, OutcomeKind kind)
    {
        var problem = ProviderError.Read(400, Sample, $"Content-Type: {contentType}");

        ProviderError.Json(problem).Should().Be(
            """{"title":"GraphQL request failed","detail":"Not allowed to read salary","code":"FORBIDDEN","errors":[{"message":"Not allowed to read salary","locations":[{"line":3,"column":5}],"path":["employee","salary"],"extensions":{"code":"FORBIDDEN"}}]}""");
        problem.Kind.Should().Be(kind);
    }

    [Theory]
    [InlineData("""{"errors":[{"message":"m","locations":[]}]}""", true)]
    [InlineData("""{"errors":[{"message":"m","path":[]}]}""", true)]
    [InlineData("""{"errors":[{"message":"m","extensions":{}}]}""", true)]
    [InlineData("""{"errors":[{"message":"m"}],"data":null}""", true)]
    [InlineData("""{"errors":[{"message":"m"}]}""", false)]
    [InlineData("""{"errors":[{"path":[]}]}""", false)]
    [InlineData("""{"errors":[]}""", false)]
    public void Is_known_by_its_shape(string body, bool known)
        => (ProviderError.Read(400, body).Title == "GraphQL request failed").Should().Be(known);

    [Theory]
    [InlineData("THROTTLED", OutcomeKind.Throttled)]
    [InlineData("UNAUTHENTICATED", OutcomeKind.Unauthorized)]
    [InlineData("BAD_USER_INPUT", OutcomeKind.InvalidRequest)]
    [InlineData("NOT_FOUND", OutcomeKind.NotFound)]
    [InlineData("INTERNAL_SERVER_ERROR", OutcomeKind.ServerError)]
    [InlineData("SOMETHING", OutcomeKind.ServerError)]
    public void Goes_by_the_code_where_the_status_claims_success(string code, OutcomeKind kind)
    {
        using var response = ProviderError.Response(200, []);
        var body = $$$"""{"errors":[{"message":"m"},{"message":"n","extensions":{"code":"{{{code}}}"}}]}""";

        var members = GraphQLErrors.ReadSuccess(new ProblemSource(response, System.Text.Encoding.UTF8.GetBytes(body)));

        members!.Kind.Should().Be(kind);
    }
}
