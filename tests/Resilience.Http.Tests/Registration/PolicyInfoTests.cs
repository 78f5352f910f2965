using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What the printed chain says about the settings of a policy.</summary>
public sealed class PolicyInfoTests
{
    [Fact]
    public void Tells_what_differs_from_the_default()
    {
        using var host = new TestHost(client => client
            .AddRetry(retry => (retry.MaxRetries, retry.Jitter, retry.Budget) = (1, Jitter.None, null))
            .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (25, 50)));

        host.Inside.ToString().Should().Be("test: Retry (1 time, 0.25 to 20 s, no jitter, no budget) → TokenBucket (25 a second, burst 50)");
    }

    [Fact]
    public void Reads_the_same_in_every_culture()
    {
        using var host = new TestHost(client => client
            .AddTotalTimeout(TimeSpan.FromSeconds(2.5))
            .AddRetry()
            .AddCircuitBreaker(circuit => circuit.BreakDuration = TimeSpan.FromSeconds(0.5))
            .AddTokenBucket(bucket => bucket.PermitsPerSecond = 0.25)
            .AddAttemptTimeout(TimeSpan.FromSeconds(1.5)));

        var printed = WithDecimalComma(host.Inside.ToString);

        printed.Should().MatchRegex(@"^[^,]*2\.5 s[^,]*3 times, 0\.25 to[^,]*, Full jitter[^,]*0\.5 of at least[^,]*, break 0\.5 s[^,]*0\.25 a second[^,]*1\.5 s\)$");
    }

    private static string WithDecimalComma(Func<string> print)
    {
        var (before, comma) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            return print();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
