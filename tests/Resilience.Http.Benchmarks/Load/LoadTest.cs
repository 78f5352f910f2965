using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Chains;

namespace Resilience.Http.Benchmarks.Load;

/// <summary>
/// A bare client, one with the standard set, one with Microsoft's standard handler and one with five empty handlers, in turn, against a server on the
/// loopback. What counts is the processor time of the whole process: that of the calls, and of timers, collections and whatever else they cause. What empty
/// handlers cost tells how much of it is the machine's.
/// </summary>
internal static class LoadTest
{
    private const int Bare = 0;
    private const int Standard = 1;
    private const int Microsoft = 2;
    private const int Empty = 3;
    private const int WarmUpRounds = 12;
    private const int Rounds = 180;
    private const double MaxCpuRatio = 1.05;
    private const double MaxCpuRatioToMicrosoft = 1;
    private const double MinRateRatio = 0.95;

    private static readonly string[] Names = ["bare", "standard", "Microsoft", "five empty handlers"];
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(0.25);

    /// <returns>1 if a bound is missed.</returns>
    public static async Task<int> RunAsync()
    {
        using var server = Start("upstream");
        var address = new Uri((await server.StandardOutput.ReadLineAsync())!);
        await using var services = Services();
        var factory = services.GetRequiredService<IHttpClientFactory>();
        HttpClient[] clients = [.. Names.Select(factory.CreateClient)];
        var (rounds, random) = (new List<LoadRound[]>(), new Random(20261127));
        for (var round = 0; round < WarmUpRounds + Rounds; round++)
            rounds.Add(await RoundAsync(clients, address, random));

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
        services.AddHttpClient(Names[Bare]).RemoveAllLoggers();
        services.AddResilientHttpClient(Names[Standard]).RemoveAllLoggers();
        services.AddHttpClient(Names[Microsoft]).RemoveAllLoggers().AddStandardResilienceHandler();
        var empty = services.AddHttpClient(Names[Empty]).RemoveAllLoggers();
        for (var handler = 0; handler < 5; handler++)
            empty.AddHttpMessageHandler(static () => new EmptyHandler());
        return services.BuildServiceProvider();
    }

    // In an order of its own each round: one client leaves the threads and the heap to the next as they are.
    private static async Task<LoadRound[]> RoundAsync(HttpClient[] clients, Uri address, Random random)
    {
        var done = new LoadRound[clients.Length];
        int[] turns = [.. Enumerable.Range(0, clients.Length)];
        random.Shuffle(turns);
        foreach (var turn in turns)
            done[turn] = await LoadRound.RunAsync(clients[turn], address, RoundLength);
        return done;
    }

    private static int Print(List<LoadRound[]> rounds)
    {
        foreach (var round in rounds)
            Console.WriteLine(string.Join("   ", round.Select((one, client) => $"{Names[client]} {one}")));

        // Of each round, whose parts share what else the machine did meanwhile.
        double Median(int client, int peer, Func<LoadRound, double> figure) => rounds.Select(round => figure(round[client]) / figure(round[peer])).Median;
        double Cpu(int client, int peer) => Median(client, peer, static round => round.CpuPerRequest);
        double Rate(int client) => Median(client, Bare, static round => round.RequestsPerSecond);

        var (cpu, cpuToMicrosoft, rate) = (Cpu(Standard, Bare), Cpu(Standard, Microsoft), Rate(Standard));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor time per request: standard {cpu:0.000} of bare (at most {MaxCpuRatio}), five empty handlers {Cpu(Empty, Bare):0.000} of bare, Microsoft {Cpu(Microsoft, Bare):0.000} of bare, standard {cpuToMicrosoft:0.000} of Microsoft (at most {MaxCpuRatioToMicrosoft})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests per second: standard {rate:0.000} of bare (at least {MinRateRatio}), five empty handlers {Rate(Empty):0.000}"));
        return cpu <= MaxCpuRatio && cpuToMicrosoft <= MaxCpuRatioToMicrosoft && rate >= MinRateRatio ? 0 : 1;
    }
}
