using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

/// <summary>On the system's clock attempts and their timers are used again for later calls, which virtual time bypasses.</summary>
public sealed class PooledPathTests
{
    [Fact]
    public async Task Keeps_calls_apart_that_use_the_same_attempts_again()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(attempt => Reply.Status(attempt.Number == 1 ? 503 : 200, attempt.Path)));
        await using var hosted = new Hosted(
            services => services.AddScriptedUpstream("payments", upstream),
            client => client.AddRetry(retry => (retry.BaseDelay, retry.Budget) = (TimeSpan.Zero, null)).AddAttemptTimeout(), inRealTime: true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(call => hosted.Client.GetStringAsync($"/{call}", TestContext.Current.CancellationToken)));

        answers.Should().Equal(Enumerable.Range(0, 500).Select(call => $"/{call}"));
        upstream.Attempts.GroupBy(attempt => attempt.Path).Should().HaveCount(500).And.OnlyContain(call => call.Select(attempt => attempt.Number).SequenceEqual(new[] { 1, 2 }));
    }
}
