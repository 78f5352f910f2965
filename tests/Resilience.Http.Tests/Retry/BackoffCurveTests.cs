namespace Resilience.Http.Tests;

public sealed class BackoffCurveTests
{
    private const int Trials = 100;

    [Theory]
    [InlineData("none", 10, 50.9, 380)]
    [InlineData("none", 50, 689.7, 1_141)]
    [InlineData("none", 100, 2_422.9, 2_030)]
    [InlineData("exponential", 10, 50.8, 3_467)]
    [InlineData("exponential", 50, 621.6, 36_254)]
    [InlineData("exponential", 100, 1_853.0, 63_502)]
    [InlineData("equal", 10, 42.5, 729)]
    [InlineData("equal", 50, 347.2, 4_252)]
    [InlineData("equal", 100, 812.6, 6_638)]
    [InlineData("full", 10, 39.0, 468)]
    [InlineData("full", 50, 332.5, 2_890)]
    [InlineData("full", 100, 796.0, 4_927)]
    [InlineData("decorrelated", 10, 37.7, 431)]
    [InlineData("decorrelated", 50, 374.6, 2_218)]
    [InlineData("decorrelated", 100, 1_001.9, 4_606)]
    public void Follows_the_published_curves(string curve, int clients, double calls, double milliseconds)
    {
        var (simulatedCalls, simulatedTime) = Simulate(clients, curve);

        simulatedCalls.Should().BeApproximately(calls, 0.02 * calls);
        simulatedTime.Should().BeApproximately(milliseconds, 0.1 * milliseconds);
    }

    private static (double Calls, double Milliseconds) Simulate(int clients, string curve)
    {
        var (jitter, baseMilliseconds) = curve switch
        {
            "none" => (Jitter.None, 0),
            "exponential" => (Jitter.None, 5),
            _ => (Enum.Parse<Jitter>(curve, ignoreCase: true), 5),
        };
        var (calls, milliseconds) = (0.0, 0.0);
        for (var seed = 0; seed < Trials; seed++)
        {
            var chance = new Chance(seed);
            var model = new ContentionModel(chance);
            model.Run(clients, new Backoff(TimeSpan.FromMilliseconds(baseMilliseconds), TimeSpan.FromSeconds(2), jitter, chance.NextDouble));
            calls += model.Writes;
            milliseconds += model.Milliseconds;
        }

        return (calls / Trials, milliseconds / Trials);
    }
}
