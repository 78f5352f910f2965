using System.Net;

namespace Resilience.Http.Tests;

public sealed class RetryRulesTests
{
    [Theory]
    [InlineData(404, Repeatable.IfSafe)]
    [InlineData(503, Repeatable.IfSafe)]
    [InlineData(429, Repeatable.Always)]
    internal void A_rule_of_the_users_says_whether_it_is_worth_it_not_whether_it_is_safe(int status, Repeatable expected)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);

        Judge(Outcome.FromResponse(response), shouldRetry: true).Should().Be(expected);
        Judge(Outcome.FromResponse(response), shouldRetry: false).Should().Be(Repeatable.Never);
    }

    private static Repeatable Judge(in Outcome outcome, bool shouldRetry)
        => RetryRules.Judge(new AttemptResult(new HttpRequestMessage(), outcome), new() { ShouldRetry = _ => shouldRetry });
}
