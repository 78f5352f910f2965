namespace Resilience.Http.Tests;

/// <summary>Four threads that start at the same moment and each do the same long work, so that they really meet.</summary>
internal static class Race
{
    public const int Threads = 4;

    /// <param name="run">Told the number of its thread.</param>
    public static void Run(Action<int> run)
    {
        using var start = new Barrier(Threads);
        var runs = Enumerable.Range(0, Threads).Select(number => Task.Factory.StartNew(
            () => Compete(number), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(runs);

        void Compete(int number)
        {
            start.SignalAndWait();
            run(number);
        }
    }
}
