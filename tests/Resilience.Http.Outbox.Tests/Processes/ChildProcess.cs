using System.Diagnostics;

namespace Resilience.Http.Outbox.Tests;

/// <summary>This assembly as another process, to be killed (SIGKILL) in the middle of its work.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(params string[] args)
        : this([], args)
    {
    }

    /// <param name="under">The program that runs it, with its arguments; empty for none.</param>
    /// <param name="args">What it is to do.</param>
    public ChildProcess(string[] under, params string[] args)
    {
        var host = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        string[] command = [.. under, host, typeof(ChildProcess).Assembly.Location, "child", .. args];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
    }

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Waits for what the process brings about; fails if it ends without that.</summary>
    public async Task WaitAsync(Task effect)
    {
        await Task.WhenAny(effect, _process.WaitForExitAsync(TestContext.Current.CancellationToken));
        effect.IsCompleted.Should().BeTrue("the process must not end before");
    }

    /// <summary>Sends a signal, such as STOP or CONT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until it has done its work.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _process.ExitCode.Should().Be(0);
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
