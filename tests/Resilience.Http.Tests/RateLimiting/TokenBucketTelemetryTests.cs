using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

public sealed class TokenBucketTelemetryTests
{
    [Fact]
    public async Task Measures_waits_for_a_permit_and_nothing_when_there_is_none()
    {
        using var client = new PacedClient(bucket => bucket.PermitsPerSecond = 1);
        using var measured = new Measurements(client.Inside);
        await client.GetAsync();

        var waiting = client.GetAsync();
        await client.PassAsync();
        await waiting;

        measured.All.Should().Equal("resilience.http.rate_limiter.wait.duration 1 s resilience.http.client=paced");
    }

    [Fact]
    public async Task Counts_refusals_by_reason()
    {
        using var client = new PacedClient(bucket => (bucket.PermitsPerSecond, bucket.QueueLimit) = (1, 0));
        using var measured = new Measurements(client.Inside);
        await client.GetAsync();

        await Record.ExceptionAsync(() => client.GetAsync());

        measured.All.Should().Equal(
            "resilience.http.rate_limiter.rejections 1 {request} resilience.http.client=paced resilience.http.reason=QueueFull");
    }

    [Fact]
    public async Task Logs_a_pause_once()
    {
        using var log = new LogLines();
        using var client = PacedClient.With(
            policies => policies.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100), services => services.AddSingleton<ILoggerProvider>(log));
        client.Answer(429, retryAfter: "7");

        await client.GetAsync();
        using var late = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "8" } } };
        var buckets = client.Inside.Find<TokenBucketOptions, TokenBuckets>(TokenBucketPolicy.Instance)!;
        buckets.Observe(buckets.Of(Attempts.Begin(client.Inside.Client.Context, new(), CancellationToken.None)), new(new HttpRequestMessage(HttpMethod.Get, client.Upstream.Url), Outcome.FromResponse(late)));

        log.All.Should().Equal(
            $"Warning 300 Client 'paced': the bucket of * is paused for requests to {client.Upstream.Url} for 7 s, because the server answered 429 and asked for a pause.");
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly List<string> _all = [];

        public IReadOnlyList<string> All => _all;

        public ILogger CreateLogger(string categoryName) => categoryName == "Resilience.Http" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => _all.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
