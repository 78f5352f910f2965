using System.Net;

namespace Resilience.Http.Tests;

public sealed class AccessTokenRejectionTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("Bearer", true)]
    [InlineData("bearer realm=\"api\"", true)]
    [InlineData("Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The access token expired\"", true)]
    [InlineData("Bearer error=invalid_token", true)]
    [InlineData("Basic realm=\"api\", Bearer error=\"invalid_token\"", true)]
    [InlineData("Bearer error=\"insufficient_scope\", scope=\"write\"", false)]
    [InlineData("Bearer error=\"invalid_request\"", false)]
    [InlineData("Basic realm=\"api\"", false)]
    [InlineData("DPoP error=\"invalid_token\"", false)]
    [InlineData("Bearer realm=\"api\" error=\"invalid_token\"", true)]
    [InlineData("Bearer realm=\"api\" error=\"insufficient_scope\"", false)]
    [InlineData("", false)]
    [InlineData(",,=\"", false)]
    public void Asks_for_another_token_only_if_that_may_help(string? challenge, bool mayHelp)
    {
        using var response = TokenServers.Unauthorized(challenge);

        AccessTokenRejection.IsIn(response).Should().Be(mayHelp);
    }

    [Theory]
    [InlineData("Bearer error=\"invalid_token\",", true)]
    [InlineData("Bearer error=\"insufficient_scope\",", false)]
    public void What_is_too_long_to_be_taken_apart_is_looked_through(string start, bool mayHelp)
    {
        using var response = TokenServers.Unauthorized(start + string.Concat(Enumerable.Repeat("a,", 30_000)));

        AuthenticationChallenges.In(response).Should().BeEmpty();
        AccessTokenRejection.IsIn(response).Should().Be(mayHelp);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(407)]
    public void Is_no_other_status(int status)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer error=\"invalid_token\"");

        AccessTokenRejection.IsIn(response).Should().BeFalse();
    }
}
