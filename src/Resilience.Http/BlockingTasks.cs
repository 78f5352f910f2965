using System.Runtime.CompilerServices;

namespace Resilience.Http;

/// <summary>Lets one asynchronous implementation serve <see cref="HttpClient.Send(HttpRequestMessage)"/> too.</summary>
internal static class BlockingTasks
{
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
    }
}
