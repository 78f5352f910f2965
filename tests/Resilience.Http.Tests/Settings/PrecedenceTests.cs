using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What wins where several places set the same.</summary>
public sealed class PrecedenceTests
{
    private readonly IConfigurationRoot _configuration
        = new ConfigurationBuilder().AddInMemoryCollection([new("api:Retry:MaxRetries", "5"), new("api:AttemptTimeout:Timeout", "00:00:05"), new("other:Retry:MaxRetries", "6")]).Build();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Code_wins_over_configuration_whichever_comes_first(bool codeFirst)
    {
        using var host = new TestHost(client =>
        {
            if (codeFirst)
                client.AddStandardPolicies(standard => standard.Retry.MaxRetries = 7).AddResilience(_configuration.GetSection("api"));
            else
                client.AddResilience(_configuration.GetSection("api")).AddStandardPolicies(standard => standard.Retry.MaxRetries = 7);
        });

        host.Inside.ToString().Should().Contain("7 times").And.Contain("AttemptTimeout (5 s)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Code_wins_over_configuration_for_a_policy_of_its_own_too(bool codeFirst)
    {
        using var host = new TestHost(client =>
        {
            if (codeFirst)
                client.AddRetry(retry => retry.MaxRetries = 7).AddAttemptTimeout().AddResilience(_configuration.GetSection("api"));
            else
                client.AddResilience(_configuration.GetSection("api")).AddRetry(retry => retry.MaxRetries = 7).AddAttemptTimeout();
        });

        host.Inside.ToString().Should().Be("test: Retry (7 times, 0.25 to 20 s, Full jitter) → AttemptTimeout (5 s)");
    }

    [Fact]
    public void The_later_of_two_sections_wins()
    {
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddResilience(_configuration.GetSection("other")));

        host.Inside.ToString().Should().Contain("6 times").And.Contain("AttemptTimeout (5 s)");
    }
}
