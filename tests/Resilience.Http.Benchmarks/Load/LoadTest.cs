using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Load;

/// <summary>
/// A bare client, one with the standard set and one with Microsoft's standard handler, in turn, against a server on the loopback. What counts is the
/// processor time of the whole process: that of the calls, and of timers, collections and whatever else they cause.
/// </summary>
internal static class LoadTest
{
    private const int WarmUpRounds = 4;
    private const int Rounds = 60;
    private const double MaxCpuRatio = 1.05;
    private const double MaxCpuRatioToMicrosoft = 1;
    private const double MinRateRatio = 0.95;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(0.75);

    /// <returns>1 if a bound is missed.</returns>
    public static async Task<int> RunAsync()
    {
        using var server = Start("upstream");
        var address = new Uri((await server.StandardOutput.ReadLineAsync())!);
        await using var services = Services();
        var factory = services.GetRequiredService<IHttpClientFactory>();
        HttpClient[] clients = [factory.CreateClient("bare"), factory.CreateClient("standard"), factory.CreateClient("microsoft")];
        var rounds = new List<LoadRound[]>();
        for (var round = 0; round < WarmUpRounds + Rounds; round++)
            rounds.Add(await RoundAsync(clients, address, first: round % clients.Length));

        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return Print([.. rounds.Skip(WarmUpRounds)]);
    }

    /// <summary>A server in a process of its own, whose first line is its address; it ends with its standard input.</summary>
    public static Process Start(params string[] arguments)
        => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Arguments, .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;

    // Run by the dotnet command, or as a program of its own.
    private static IEnumerable<string> Arguments
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" ? [typeof(LoadTest).Assembly.Location] : [];

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("bare").RemoveAllLoggers();
        services.AddResilientHttpClient("standard").RemoveAllLoggers();
        services.AddHttpClient("microsoft").RemoveAllLoggers().AddStandardResilienceHandler();
        return services.BuildServiceProvider();
    }

    private static async Task<LoadRound[]> RoundAsync(HttpClient[] clients, Uri address, int first)
    {
        var done = new LoadRound[clients.Length];
        for (var i = 0; i < clients.Length; i++)
        {
            var turn = (first + i) % clients.Length;
            done[turn] = await LoadRound.RunAsync(clients[turn], address, RoundLength);
        }

        return done;
    }

    private static int Print(List<LoadRound[]> rounds)
    {
        foreach (var round in rounds)
            Console.WriteLine($"bare {round[0]}   standard {round[1]}   Microsoft {round[2]}");

        // Of each round, whose parts share what else the machine did meanwhile.
        var cpu = rounds.Select(static round => round[1].CpuPerRequest / round[0].CpuPerRequest).Median;
        var microsoft = rounds.Select(static round => round[2].CpuPerRequest / round[0].CpuPerRequest).Median;
        var cpuToMicrosoft = rounds.Select(static round => round[1].CpuPerRequest / round[2].CpuPerRequest).Median;
        var rate = rounds.Select(static round => round[1].RequestsPerSecond / round[0].RequestsPerSecond).Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor time per request: standard {cpu:0.000} of bare (at most {MaxCpuRatio}), Microsoft {microsoft:0.000} of bare, standard {cpuToMicrosoft:0.000} of Microsoft (at most {MaxCpuRatioToMicrosoft})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests per second: standard {rate:0.000} of bare (at least {MinRateRatio})"));
        return cpu <= MaxCpuRatio && cpuToMicrosoft <= MaxCpuRatioToMicrosoft && rate >= MinRateRatio ? 0 : 1;
    }
}
