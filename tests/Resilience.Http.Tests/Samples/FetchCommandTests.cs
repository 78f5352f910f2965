using GitHubFetcher;

namespace Resilience.Http.Tests;

public sealed class FetchCommandTests
{
    [Theory]
    [InlineData("--token secret --api http://ghe.example.test/ account")]
    [InlineData("--token secret --api http://10.0.0.1:8080/ account")]
    public void Refuses_to_send_a_token_by_plain_http(string line)
        => Errors(line).Should().ContainSingle().Which.Should().MatchRegex("The token is not sent to http://.* https").And.NotContain("secret");

    [Theory]
    [InlineData("--token secret account")]
    [InlineData("--token secret --api https://ghe.example.test/ account")]
    [InlineData("--token secret --api http://localhost:5000/ account")]
    [InlineData("--token secret --api http://127.0.0.1/ account")]
    [InlineData("--api http://ghe.example.test/ account")]
    [InlineData("--demo --token secret --api http://ghe.example.test/")]
    public void Accepts_what_nobody_can_listen_to(string line) => Errors(line).Should().BeEmpty();

    [Theory]
    [InlineData("", "Name at least one account, or try --demo.")]
    [InlineData("--api ftp://ghe.example.test/ account", "'ftp://ghe.example.test/' is no http or https address.")]
    public void Says_what_is_amiss(string line, string error) => Errors(line).Should().Equal(error);

    private static IEnumerable<string> Errors(string line)
        => new FetchCommand().Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Errors.Select(error => error.Message);
}
