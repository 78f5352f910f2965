using System.Diagnostics;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Programs that the tests start.</summary>
internal static class Programs
{
    public static string? Find(string name, params string[] folders)
        => folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')).Append("/usr/sbin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Starts a program that ends with this process, whatever becomes of it.</summary>
    public static Process Start(string name, params string[] arguments)
    {
        var setpriv = Find("setpriv");
        var start = new ProcessStartInfo(setpriv ?? name, setpriv is null ? arguments : ["--pdeathsig", "KILL", name, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
