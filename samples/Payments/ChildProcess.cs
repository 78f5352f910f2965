using System.Diagnostics;

namespace Payments;

/// <summary>One of the processes. What it says goes to a listener, line by line.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(string role, Settings settings, Action<string>? onLine = null, string? provider = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (var arg in new[] { role }.Concat(settings.ToArgs()).Concat(provider is null ? [] : [provider]))
            start.ArgumentList.Add(arg);
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                onLine?.Invoke(text);
        };
        _process.Start();
        _process.BeginOutputReadLine();
    }

    /// <summary>SIGKILL: nothing of it runs any more.</summary>
    /// <returns>False if it had ended before.</returns>
    public async Task<bool> KillAsync()
    {
        try
        {
            if (_process.HasExited)
                return false;

            _process.Kill();
            await _process.WaitForExitAsync();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Whoever waited for its end has let go of it.
            return false;
        }
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
