using System.Diagnostics;
using Samples;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A redis-server of the tests' own, which ends with them.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private Process? _process;

    public bool IsInstalled { get; } = Programs.Find("redis-server") is not null;

    public int Port { get; } = FreePort.Next();

    public IConnectionMultiplexer Connection { get; private set; } = null!;

    public static string Missing => "redis-server is not installed: apt-get install redis-server";

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
            return;

        await StartAsync();
        Connection = await ConnectAsync();
    }

    public async Task StartAsync() => _process = await Programs.StartAsync(
        "Ready to accept connections",
        "redis-server",
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", string.Empty, "--appendonly", "no", "--daemonize", "no", "--repl-diskless-sync-delay", "0"]);

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Has the server stand still, or go on.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Becomes a replica, which has all that the other has.</summary>
    public async Task FollowAsync(RedisServer master)
    {
        await ExecuteAsync("REPLICAOF", "127.0.0.1", $"{master.Port}");
        await master.ExecuteAsync("SET", "followed", "1");
        await master.WaitForReplicaAsync();
    }

    /// <summary>Ends being a replica.</summary>
    public Task LeadAsync() => ExecuteAsync("REPLICAOF", "NO", "ONE");

    /// <summary>Waits until the replica has all that has been written.</summary>
    public async Task WaitForReplicaAsync()
    {
        while ((int)await ExecuteAsync("WAIT", "1", "1000") < 1)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Listens to the ends of keys.</summary>
    /// <returns>What ends when so many keys have.</returns>
    public async Task<Task> ExpectEndsAsync(int database, int keys)
    {
        var (left, ended) = (keys, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await Connection.GetServers()[0].ConfigSetAsync("notify-keyspace-events", "Ex");
        await Connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal($"__keyevent@{database}__:expired"), (_, _) =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                ended.SetResult();
        });
        return ended.Task;
    }

    public async Task<IConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port},abortConnect=false,allowAdmin=true");

    public async ValueTask DisposeAsync()
    {
        if (Connection is not null)
            await Connection.DisposeAsync();
        if (_process is not null)
            await KillAsync();
        _process?.Dispose();
    }

    private Task<RedisResult> ExecuteAsync(string command, params string[] arguments) => Connection.GetServers()[0].ExecuteAsync(command, arguments);
}
