using System.Net;

namespace Resilience.Http.Tests;

public sealed class ReasonPhrasesTests
{
    [Theory]
    [InlineData(413, "Content Too Large")]
    [InlineData(414, "URI Too Long")]
    [InlineData(422, "Unprocessable Content")]
    [InlineData(425, "Too Early")]
    [InlineData(429, "Too Many Requests")]
    [InlineData(499, "Client Closed Request")]
    [InlineData(503, "Service Unavailable")]
    [InlineData(504, "Gateway Timeout")]
    [InlineData(529, "Overloaded")]
    public void Names_the_status_as_the_standards_do(int status, string phrase)
        => ReasonPhrases.Of((HttpStatusCode)status).Should().Be(phrase);

    [Theory]
    [InlineData(199, "Informational")]
    [InlineData(294, "Successful")]
    [InlineData(302, "Redirection")]
    [InlineData(418, "Client Error")]
    [InlineData(599, "Server Error")]
    [InlineData(99, "Server Error")]
    [InlineData(600, "Server Error")]
    public void Names_the_class_of_a_status_that_it_does_not_know(int status, string phrase)
        => ReasonPhrases.Of((HttpStatusCode)status).Should().Be(phrase);

    [Fact]
    public void Knows_every_failure_that_the_framework_knows()
    {
        var known = Enum.GetValues<HttpStatusCode>().Where(status => (int)status >= 400);

        known.Select(ReasonPhrases.Of).Should().NotContain(["Client Error", "Server Error"]);
    }
}
