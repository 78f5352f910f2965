using System.Collections.Concurrent;
using System.Diagnostics;
using Resilience.Http.Outbox.Tests;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Programs that the tests start.</summary>
internal static class Programs
{
    public static string? Find(string name, params string[] folders)
        => folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')).Append("/usr/sbin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Starts a program that ends with this process, whatever becomes of it, and waits until it says something.</summary>
    public static async Task<Process> StartAsync(string sign, string name, params string[] arguments)
    {
        var setpriv = Find("setpriv");
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new ConcurrentQueue<string>();
        var process = Parent.Start(new(setpriv ?? name, setpriv is null ? arguments : ["--pdeathsig", "KILL", name, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Task.WhenAny(said.Task, process.WaitForExitAsync());
        return said.Task.IsCompleted ? process : throw new InvalidOperationException($"{name} has ended without '{sign}': {string.Join('\n', lines)}");

        void Hear(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
                lines.Enqueue(line.Data);
            if (line.Data?.Contains(sign, StringComparison.Ordinal) is true)
                said.TrySetResult();
        }
    }
}
