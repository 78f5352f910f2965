using System.Diagnostics;
using System.Globalization;
using Resilience.Http.Benchmarks.Load;

namespace Resilience.Http.Benchmarks.Gateway;

/// <summary>The same YARP with the policies and without, in turn, each in a process of its own, before a server on the loopback.</summary>
internal static class GatewayTest
{
    private const int WarmUpRounds = 8;
    private const int Rounds = 60;
    private const double MinRateRatio = 0.93;
    private const double MaxPercentileRatio = 1.25;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(0.75);

    /// <returns>1 if a bound is missed.</returns>
    public static async Task<int> RunAsync()
    {
        using var server = LoadTest.Start("upstream");
        var upstream = (await server.StandardOutput.ReadLineAsync())!;
        // As a project of ASP.NET Core has it.
        Environment.SetEnvironmentVariable("DOTNET_gcServer", "1");
        using var plain = LoadTest.Start("proxy", "plain", upstream);
        using var ours = LoadTest.Start("proxy", ProxyUnderTest.Resilient, upstream);
        Proxy[] proxies = [new(plain, new((await plain.StandardOutput.ReadLineAsync())!)), new(ours, new((await ours.StandardOutput.ReadLineAsync())!))];
        using var client = new HttpClient();
        var rounds = new List<GatewayRound[]>();
        for (var round = 0; round < WarmUpRounds + Rounds; round++)
            rounds.Add(await RoundAsync(client, proxies, first: round % 2));

        foreach (var process in new[] { plain, ours, server })
            await EndAsync(process);
        return Print([.. rounds.Skip(WarmUpRounds)]);
    }

    private static async Task<GatewayRound[]> RoundAsync(HttpClient client, Proxy[] proxies, int first)
    {
        var done = new GatewayRound[2];
        foreach (var turn in new[] { first, 1 - first })
            done[turn] = await GatewayRound.RunAsync(client, proxies[turn].Address, proxies[turn].Process, RoundLength);
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
        var cpu = rounds.Select(static round => round[1].CpuPerRequest / round[0].CpuPerRequest).Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor time of the proxy: {cpu:0.000} of YARP alone"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests per second: {rate:0.000} of YARP alone (at least {MinRateRatio})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"99th percentile: {percentile:0.000} of YARP alone (at most {MaxPercentileRatio})"));
        return rate >= MinRateRatio && percentile <= MaxPercentileRatio ? 0 : 1;
    }

    private sealed record Proxy(Process Process, Uri Address);
}
