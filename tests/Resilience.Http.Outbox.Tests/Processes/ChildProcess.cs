using System.Diagnostics;

namespace Resilience.Http.Outbox.Tests;

/// <summary>This assembly as another process, to be killed (SIGKILL) in the middle of its work.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var arg in new[] { typeof(ChildProcess).Assembly.Location, "child" }.Concat(args))
            start.ArgumentList.Add(arg);
        _process = Process.Start(start)!;
    }

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Waits for what the process brings about; fails if it ends without that.</summary>
    public async Task WaitAsync(Task effect)
    {
        await Task.WhenAny(effect, _process.WaitForExitAsync(TestContext.Current.CancellationToken));
        effect.IsCompleted.Should().BeTrue("the process must not end before");
    }

    /// <summary>Kills it, and gives what it had said before that was not read yet.</summary>
    public async Task<string> KillAsync()
    {
        _process.Kill();
        var rest = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return rest;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
