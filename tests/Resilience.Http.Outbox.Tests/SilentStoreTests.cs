using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A store that never answers a look at it: it is asked again, and somebody hears of it.</summary>
public sealed class SilentStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteOutboxStore _file;
    private readonly MinuteClock _clock = new();
    private readonly TaskCompletionSource _asked = new();
    private readonly TaskCompletionSource _askedAgain = new();

    public SilentStoreTests() => _file = new(new() { Path = _folder.File });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(IOutboxStore.TryOwnAsync))]
    [InlineData(nameof(IOutboxStore.FindDueAsync))]
    [InlineData(nameof(IOutboxStore.ForgetAsync))]
    [InlineData(nameof(IOutboxStore.CountAsync))]
    [InlineData(nameof(IOutboxStore.ClaimUntoldAsync))]
    public async Task Is_asked_again_by_the_drain_and_logged(string method)
    {
        using var server = new PayServer(200);
        await using var host = Host(server, method);
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        await _asked.Task;

        _clock.PassMinute();
        await _askedAgain.Task;
        await drain.StopAsync(Cancelled);

        host.Log.Lines.Should().Contain(line => line.Id == 1008);
    }

    [Fact]
    public async Task Is_unhealthy()
    {
        using var server = new PayServer(200);
        await using var host = Host(server, nameof(IOutboxStore.CountAsync));
        var check = host.Services.GetRequiredService<OutboxHealthCheck>();
        var checking = check.CheckHealthAsync(new() { Registration = new("outbox", check, null, null) }, Cancelled);
        await _asked.Task;

        _clock.PassMinute();

        (await checking).Description.Should().Be("The outbox's store has not answered within 00:01:00.");
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    private PayHost Host(PayServer server, string silent) => new(
        server,
        services: services => services.AddSingleton<TimeProvider>(_clock),
        store: services => services.AddSingleton(StoreProxy.Of(_file, (method, _, call) => method == silent ? Ask(method, call) : call())));

    private object? Ask(string method, Func<object?> call)
    {
        if (!_asked.TrySetResult())
            _askedAgain.TrySetResult();
        return _askedAgain.Task.IsCompleted ? call() : method switch
        {
            nameof(IOutboxStore.TryOwnAsync) => new TaskCompletionSource<bool>().Task,
            nameof(IOutboxStore.FindDueAsync) => new TaskCompletionSource<IReadOnlyList<OutboxDestination>>().Task,
            nameof(IOutboxStore.ForgetAsync) => new TaskCompletionSource<int>().Task,
            nameof(IOutboxStore.CountAsync) => new TaskCompletionSource<IReadOnlyList<OutboxCount>>().Task,
            _ => new TaskCompletionSource<IReadOnlyList<OutboxRow>>().Task,
        };
    }

    /// <summary>The system's clock, where a minute is over when the test says so.</summary>
    private sealed class MinuteClock : TimeProvider
    {
        private readonly Lock _lock = new();
        private readonly List<Action> _waiting = [];
        private TimeSpan _passed;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _passed;

        public override long GetTimestamp() => System.GetTimestamp() + (_passed.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var isMinute = dueTime == TimeSpan.FromMinutes(1);
            if (isMinute)
            {
                lock (_lock)
                    _waiting.Add(() => callback(state));
            }

            return base.CreateTimer(callback, state, isMinute ? Timeout.InfiniteTimeSpan : dueTime, period);
        }

        public void PassMinute()
        {
            Action[] waiting;
            lock (_lock)
                (waiting, _passed) = ([.. _waiting], _passed + TimeSpan.FromMinutes(1));
            foreach (var wait in waiting)
                wait();
        }
    }
}
