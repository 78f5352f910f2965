namespace Resilience.Http.Tests;

public sealed class AuthenticationChallengesTests
{
    [Theory]
    [InlineData(1, 4096, 1)]
    [InlineData(1, 4097, 0)]
    [InlineData(2, 2048, 2)]
    [InlineData(2, 2049, 0)]
    public void Are_read_from_4096_characters_at_most_in_all_lines_together(int lines, int length, int challenges)
    {
        using var response = new HttpResponseMessage();
        for (var line = 0; line < lines; line++)
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer realm=".PadRight(length, 'x'));

        AuthenticationChallenges.In(response).Should().HaveCount(challenges);
    }

    [Theory]
    [InlineData("realm=\"a \\\"b\\\"\", scope=c", "a \"b\"")]
    [InlineData("realm=\"a", "a")]
    [InlineData("realm=\"a\\", "a\\")]
    [InlineData("realm=\"", "")]
    [InlineData("realm=a", "a")]
    public void Have_parameters_even_where_a_quote_is_never_closed(string text, string realm)
        => AuthenticationParameters.Parse(text)["realm"].Should().Be(realm);
}
