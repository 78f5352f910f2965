using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Samples;
using StackExchange.Redis;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>A redis-server of the benchmark's own, which keeps nothing on the disk.</summary>
internal sealed partial class RedisProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly IServer _server;

    private RedisProcess(Process process, string place, IConnectionMultiplexer connection)
        => (_process, Place, Connection, _server) = (process, place, connection, connection.GetServers()[0]);

    public string Place { get; }

    public IConnectionMultiplexer Connection { get; }

    public static async Task<RedisProcess> StartAsync()
    {
        var port = FreePort.Next();
        string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", string.Empty, "--appendonly", "no"];
        var process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
            continue;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var place = $"127.0.0.1:{port}";
        return new(process, place, await ConnectionMultiplexer.ConnectAsync($"{place},allowAdmin=true,asyncTimeout=60000"));
    }

    public Task ResetAsync() => _server.ConfigResetStatisticsAsync();

    /// <summary>How many scripts callers have had run since the reset: each is a round trip.</summary>
    public async Task<long> RoundTripsAsync() => Scripts().Matches(await InfoAsync("commandstats")).Sum(script => Number(script.Groups[1].Value));

    public async Task<long> MemoryAsync() => Number(Memory().Match(await InfoAsync("memory")).Groups[1].Value);

    public Task<long> KeysAsync() => _server.DatabaseSizeAsync();

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> InfoAsync(string section) => (await _server.InfoRawAsync(section))!;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"cmdstat_eval(?:sha)?:calls=(\d+)")]
    private static partial Regex Scripts();

    [GeneratedRegex(@"used_memory:(\d+)")]
    private static partial Regex Memory();
}
