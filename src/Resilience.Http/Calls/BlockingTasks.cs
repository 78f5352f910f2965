using System.Runtime.CompilerServices;

namespace Resilience.Http;

/// <summary>Lets one asynchronous implementation serve <see cref="HttpClient.Send(HttpRequestMessage)"/> too.</summary>
internal static class BlockingTasks
{
    /// <summary>
    /// Does something that blocks, out of reach of the thread's context: what users' contents and handlers begin there would else wait for this
    /// very thread to go on.
    /// </summary>
    public static T OutOfContext<T>(Func<T> run)
    {
        var context = SynchronizationContext.Current;
        if (context is null)
            return run();

        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    extension<TTask>(TTask task)
        where TTask : Task
    {
        /// <summary>The task, completed before this returns where <paramref name="async"/> is false; how it ended shows when it is awaited.</summary>
        public TTask BlockUnless(bool async)
        {
            if (!async && !task.IsCompleted)
                Task.WaitAny(task);
            return task;
        }

        /// <summary>To be awaited until the task has ended, however it did; nothing is thrown.</summary>
        public ConfiguredTaskAwaitable Ended => ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        /// <summary>Lets it end as it will. Nobody may be waiting then, and a failure that nobody sees is one that the program is told of.</summary>
        public void LetGo()
            => _ = task.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
