using Resilience.Http.Outbox.Tests;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Three processes that share 1,000 permits a second, in leases of 50 ms, with a burst of 50. The clock of the last is an hour off.</summary>
internal sealed class Processes : IAsyncDisposable
{
    public const int Rate = 1000;
    public const int Burst = 50;

    private readonly Lock _lock = new();
    private readonly Task[] _readers;
    private Func<bool> _isSo = () => false;
    private TaskCompletionSource _reached = new();

    /// <param name="place">Where the store is.</param>
    /// <param name="fallback">What counts when it does not answer in time, as on a busy machine.</param>
    /// <param name="rates">How many requests a second each process sends.</param>
    public Processes(string place, QuotaFallback fallback, params double[] rates)
    {
        Members = [.. rates.Select((rate, i) => new Member(new ChildProcess(Child.Arguments(place, fallback, rate, off: i == rates.Length - 1 ? TimeSpan.FromHours(1) : TimeSpan.Zero))))];
        _readers = [.. Members.Select(member => Task.Run(() => ReadAsync(member)))];
    }

    public static TimeSpan LeaseTime { get; } = TimeSpan.FromMilliseconds(50);

    public Member[] Members { get; }

    public static long Ticks(double seconds) => (long)(seconds * TimeProvider.System.TimestampFrequency);

    /// <summary>Waits until something holds of what the processes have said.</summary>
    public Task UntilAsync(Func<bool> isSo)
    {
        lock (_lock)
        {
            (_isSo, _reached) = (isSo, new(TaskCreationOptions.RunContinuationsAsynchronously));
            return _reached.Task;
        }
    }

    /// <summary>Waits until each has said everything and has ended.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(Members.Where(member => !member.IsKilled).Select(member => member.Process.EndAsync()));
        await Task.WhenAll(_readers);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var member in Members)
            member.Process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync(Member member)
    {
        while (await member.Process.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                if (member.Hear(line) && _isSo())
                    _reached.TrySetResult();
            }
        }

        if (!member.IsKilled)
            _reached.TrySetException(new InvalidOperationException("A process has ended too early."));
    }
}
