using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>The state of "faulty" does not say whether it may be forgotten, but throws.</summary>
public sealed class PartitionStatesTests : IDisposable
{
    private readonly LogRecorder _log = new();
    private readonly VirtualClock _clock = new();
    private readonly ILoggerFactory _loggers;
    private readonly ClientContext _client;
    private readonly Options _options = new() { IdleEviction = TimeSpan.FromSeconds(1) };
    private readonly PartitionStates<State> _states;

    public PartitionStatesTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _client = new() { LoggerFactory = _loggers, Time = _clock };
        _states = new(name => new(name), () => _options, _client);
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void One_that_fails_makes_room_for_another()
    {
        _options.MaxPartitions = 1;
        Of("faulty");

        var other = Of("other");

        _states.All.Single().Value.Should().BeSameAs(other);
        _log.Lines.Should().Equal("Error 3: Client '': the callback for IEvictable failed.");
    }

    [Fact]
    public async Task One_that_fails_keeps_no_other_from_being_forgotten()
    {
        var (faulty, idle) = (Of("faulty"), Of("idle"));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Of("other");
        await Task.WhenAll(faulty.Asked, idle.Forgotten).WaitAsync(TestContext.Current.CancellationToken);

        Of("faulty").Should().BeSameAs(faulty);
    }

    private State Of(string partition)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.test/");
        request.SetPartition(partition);
        return _states.Of(new(Attempts.Begin(_client, request, CancellationToken.None)));
    }

    private sealed class Options : PartitionOptions;

    private sealed class State(string name) : IEvictable
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly TaskCompletionSource _forgotten = new();

        public Task Asked => _asked.Task;

        public Task Forgotten => _forgotten.Task;

        public bool CanBeForgotten
        {
            get
            {
                _asked.TrySetResult();
                return name == "faulty" ? throw new InvalidOperationException() : true;
            }
        }

        public void OnForgotten() => _forgotten.TrySetResult();
    }
}
