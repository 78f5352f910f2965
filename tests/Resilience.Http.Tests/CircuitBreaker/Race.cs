namespace Resilience.Http.Tests;

/// <summary>Threads that start each round at the same moment, so that they really meet.</summary>
internal static class Race
{
    private const int Threads = 4;

    /// <param name="rounds">How often they line up.</param>
    /// <param name="prepare">Run by one of them before each round.</param>
    /// <param name="run">Run by each of them; told the number of the thread and of the round.</param>
    /// <param name="judge">Run by one of them after each round.</param>
    public static void Run(int rounds, Action prepare, Action<int, int> run, Action judge)
    {
        Exception? failure = null;
        using var start = new Barrier(Threads, _ => Guard(prepare));
        using var finish = new Barrier(Threads, _ => Guard(judge));
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() => Compete(thread))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        failure.Should().BeNull();

        void Compete(int thread)
        {
            for (var round = 0; round < rounds; round++)
            {
                start.SignalAndWait();
                Guard(() => run(thread, round));
                finish.SignalAndWait();
            }
        }

        void Guard(Action action)
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failure ??= e;
            }
        }
    }
}
