using System.Diagnostics;
using System.Globalization;
using Resilience.Http.Benchmarks.Load;

namespace Resilience.Http.Benchmarks.Gateway;

/// <summary>The same YARP with the policies and without, in turn, each in a process of its own, before a server on the loopback.</summary>
internal static class GatewayTest
{
    private const int WarmUpRounds = 3;
    private const int Rounds = 15;
    private const double MinRateRatio = 0.93;
    private const double MaxPercentileRatio = 1.25;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(2);

    /// <returns>1 if a bound is missed.</returns>
    public static async Task<int> RunAsync()
    {
        using var server = LoadTest.Start("upstream");
        var upstream = (await server.StandardOutput.ReadLineAsync())!;
        using var plain = LoadTest.Start("proxy", "plain", upstream);
        using var ours = LoadTest.Start("proxy", ProxyUnderTest.Resilient, upstream);
        Uri[] addresses = [new((await plain.StandardOutput.ReadLineAsync())!), new((await ours.StandardOutput.ReadLineAsync())!)];
        using var client = new HttpClient();
        var rounds = new List<GatewayRound[]>();
        for (var round = 0; round < WarmUpRounds + Rounds; round++)
            rounds.Add(await RoundAsync(client, addresses, first: round % 2));

        foreach (var process in new[] { plain, ours, server })
            await EndAsync(process);
        return Print([.. rounds.Skip(WarmUpRounds)]);
    }

    private static async Task<GatewayRound[]> RoundAsync(HttpClient client, Uri[] addresses, int first)
    {
        var done = new GatewayRound[2];
        foreach (var turn in new[] { first, 1 - first })
            done[turn] = await GatewayRound.RunAsync(client, addresses[turn], RoundLength);
        return done;
    }

    private static Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        return process.WaitForExitAsync();
    }

    private static int Print(List<GatewayRound[]> rounds)
    {
        foreach (var round in rounds)
            Console.WriteLine($"YARP {round[0]}   with the policies {round[1]}");

        var rate = rounds.Select(static round => round[1].RequestsPerSecond / round[0].RequestsPerSecond).Median;
        var percentile = rounds.Select(static round => round[1].Percentile99 / round[0].Percentile99).Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests per second: {rate:0.000} of YARP alone (at least {MinRateRatio})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"99th percentile: {percentile:0.000} of YARP alone (at most {MaxPercentileRatio})"));
        return rate >= MinRateRatio && percentile <= MaxPercentileRatio ? 0 : 1;
    }
}
