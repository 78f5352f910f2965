using System.Collections.Concurrent;
using System.Diagnostics;

namespace Resilience.Http.Outbox.Tests;

/// <summary>
/// Starts programs that are to end with this process, by <c>setpriv --pdeathsig</c>. They end with the thread that has started them, so that has to be one that stays: a thread of
/// the pool ends when it has been idle for a while.
/// </summary>
internal static class Parent
{
    private static readonly BlockingCollection<Task> Work = Begin();

    public static Process Start(ProcessStartInfo start)
    {
        var starting = new Task<Process>(() => Process.Start(start)!);
        Work.Add(starting);
        return starting.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Task> Begin()
    {
        var work = new BlockingCollection<Task>();
        var thread = new Thread(() =>
        {
            foreach (var starting in work.GetConsumingEnumerable())
                starting.RunSynchronously();
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return work;
    }
}
