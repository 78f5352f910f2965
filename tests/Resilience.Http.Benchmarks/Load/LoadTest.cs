using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Load;

/// <summary>A bare client and one with the standard set, in turn, against a server on the loopback.</summary>
internal static class LoadTest
{
    private const int WarmUpRounds = 4;
    private const int Rounds = 60;
    private const double MaxCpuRatio = 1.1;
    private const double MinRateRatio = 0.95;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(0.75);

    /// <returns>1 if a bound is missed.</returns>
    public static async Task<int> RunAsync()
    {
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Arguments, "upstream"]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var address = new Uri((await server.StandardOutput.ReadLineAsync())!);
        await using var services = Services();
        var clients = services.GetRequiredService<IHttpClientFactory>();
        var (bare, standard) = (clients.CreateClient("bare"), clients.CreateClient("standard"));
        var rounds = new List<(LoadRound Bare, LoadRound Standard)>();
        for (var round = 0; round < WarmUpRounds + Rounds; round++)
            rounds.Add(await RoundAsync(bare, standard, address, standardFirst: round % 2 == 1));

        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return Print([.. rounds.Skip(WarmUpRounds)]);
    }

    // Run by the dotnet command, or as a program of its own.
    private static IEnumerable<string> Arguments
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" ? [typeof(LoadTest).Assembly.Location] : [];

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("bare").RemoveAllLoggers();
        services.AddResilientHttpClient("standard").RemoveAllLoggers();
        return services.BuildServiceProvider();
    }

    private static async Task<(LoadRound Bare, LoadRound Standard)> RoundAsync(HttpClient bare, HttpClient standard, Uri address, bool standardFirst)
    {
        var first = await LoadRound.RunAsync(standardFirst ? standard : bare, address, RoundLength);
        var second = await LoadRound.RunAsync(standardFirst ? bare : standard, address, RoundLength);
        return standardFirst ? (second, first) : (first, second);
    }

    private static int Print(List<(LoadRound Bare, LoadRound Standard)> rounds)
    {
        foreach (var (bare, standard) in rounds)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare {bare.RequestsPerSecond,8:0} /s {bare.CpuPerRequest,6:0.0} us   standard {standard.RequestsPerSecond,8:0} /s {standard.CpuPerRequest,6:0.0} us"));

        // Of each round, whose halves share what else the machine did meanwhile.
        var cpu = rounds.Select(round => round.Standard.CpuPerRequest / round.Bare.CpuPerRequest).Median;
        var rate = rounds.Select(round => round.Standard.RequestsPerSecond / round.Bare.RequestsPerSecond).Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"client CPU per request {cpu:0.000} of bare (at most {MaxCpuRatio}), requests per second {rate:0.000} (at least {MinRateRatio})"));
        return cpu <= MaxCpuRatio && rate >= MinRateRatio ? 0 : 1;
    }
}
