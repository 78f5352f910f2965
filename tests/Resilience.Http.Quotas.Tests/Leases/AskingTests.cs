using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Somebody else's code throws once while the store is asked: nobody waits for ever because of it.</summary>
public sealed class AskingTests
{
    private readonly VirtualClock _clock = new();
    private bool _isSound;

    [Theory]
    [InlineData("random")]
    [InlineData("logger")]
    [InlineData("grant")]
    public async Task Goes_on_when_what_threw_is_sound_again(string what)
    {
        var client = new ClientContext { Name = "shop", Time = _clock, Random = what == "random" ? new BrokenRandom(this) : new Random(1), LoggerFactory = new BrokenLogger(this, what == "logger") };
        var quotas = new ClientQuotas(QuotaPolicy.Instance.CreateContext(new() { PermitsPerSecond = 100, Burst = 10 }, client), new BrokenStore(this, what));
        var bucket = new QuotaBucket("*", quotas);
        await TakeAsync(bucket);
        _clock.Advance(TimeSpan.FromSeconds(5));

        _isSound = true;
        _clock.Advance(TimeSpan.FromSeconds(5));
        var admissions = new List<bool>();
        for (var second = 0; second < 5; second++)
        {
            admissions.Add((await TakeAsync(bucket)).IsGranted);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        admissions.Should().OnlyContain(isGranted => isGranted);
        bucket.Status.IsFallback.Should().BeFalse();
    }

    private Task<QuotaAdmission> TakeAsync(QuotaBucket bucket)
    {
        if (bucket.TryTake(bucket.Now, 1))
            return Task.FromResult(default(QuotaAdmission));

        var latest = bucket.Now + _clock.TimestampFrequency;
        return _clock.AdvanceUntilAsync(bucket.TakeAsync(new(1, latest, latest, RateLimitReason.QueueTimeTooLong), CancellationToken.None));
    }

    private sealed class BrokenRandom(AskingTests test) : Random
    {
        public override double NextDouble() => test._isSound ? 0.5 : throw new InvalidOperationException("It has run out.");
    }

    private sealed class BrokenLogger(AskingTests test, bool isBroken) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isBroken && !test._isSound)
                throw new InvalidOperationException("The disk is full.");
        }

        public void Dispose()
        {
        }
    }

    private sealed class BrokenStore(AskingTests test, string what) : IQuotaStore
    {
        private readonly InMemoryQuotaStore _inner = new(test._clock);

        public async ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
        {
            if (!test._isSound && what == "logger")
                throw new IOException("It is gone.");

            var grant = await _inner.LeaseAsync(request, cancellationToken);
            return test._isSound || what != "grant" ? grant : grant with { Pauses = null! };
        }

        public ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken) => _inner.GiveAsync(limits, permits, cancellationToken);

        public ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken) => _inner.PauseAsync(key, authority, pause, cancellationToken);
    }
}
