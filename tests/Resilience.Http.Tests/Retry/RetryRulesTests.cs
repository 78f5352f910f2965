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

        Judge(Outcome.FromResponse(response), couldHelp: true).Should().Be(expected);
        Judge(Outcome.FromResponse(response), couldHelp: false).Should().Be(Repeatable.Never);
    }

    [Theory]
    [InlineData(99, Repeatable.IfSafe)]
    [InlineData(100, Repeatable.Never)]
    [InlineData(404, Repeatable.Never)]
    [InlineData(408, Repeatable.IfSafe)]
    [InlineData(409, Repeatable.IfKeyed)]
    [InlineData(413, Repeatable.Never)]
    [InlineData(425, Repeatable.Always)]
    [InlineData(429, Repeatable.Always)]
    [InlineData(499, Repeatable.Never)]
    [InlineData(500, Repeatable.IfSafe)]
    [InlineData(501, Repeatable.Never)]
    [InlineData(504, Repeatable.IfSafe)]
    [InlineData(505, Repeatable.Never)]
    [InlineData(508, Repeatable.Never)]
    [InlineData(509, Repeatable.IfSafe)]
    [InlineData(511, Repeatable.Never)]
    [InlineData(599, Repeatable.IfSafe)]
    internal void Statuses_say_whether_another_attempt_may_help_and_when_it_is_safe(int status, Repeatable expected)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);

        RetryRules.Judge(new AttemptResult(new HttpRequestMessage(), Outcome.FromResponse(response)), couldHelp: null).Should().Be(expected);
    }

    private static Repeatable Judge(in Outcome outcome, bool couldHelp)
        => RetryRules.Judge(new AttemptResult(new HttpRequestMessage(), outcome), couldHelp);
}
