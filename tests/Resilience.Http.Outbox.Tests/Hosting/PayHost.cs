using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A program with one client, "pay", that has an outbox in a file of its own. The drain runs when the test says so.</summary>
internal sealed class PayHost : IAsyncDisposable
{
    private readonly TempFolder? _folder;
    private readonly ServiceProvider _services;

    public PayHost(
        HttpMessageHandler server,
        Action<OutboxOptions>? outbox = null,
        IdempotencyProfile? profile = null,
        Action<IServiceCollection>? services = null,
        Action<IResilientHttpClientBuilder>? outer = null,
        Action<IResilientHttpClientBuilder>? inner = null,
        string? file = null,
        Action<IServiceCollection>? store = null)
    {
        _folder = file is null && store is null ? new() : null;
        File = file ?? _folder?.File ?? string.Empty;
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        (store ?? (services => services.AddSqliteOutbox(sqlite => sqlite.Path = File)))(collection);
        var client = collection.AddResilientHttpClient("pay", http => http.BaseAddress = new("https://pay.test/"));
        outer?.Invoke(client);
        client.AddIdempotencyKey(profile ?? IdempotencyProfile.Stripe).AddOutbox(options =>
        {
            (options.StorePlaintext, options.BaseDelay, options.MaxDelay) = (true, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
            outbox?.Invoke(options);
        });
        (inner ?? (chain => chain.AddRetry(retry => retry.MaxRetries = 0)))(client);
        client.ConfigurePrimaryHttpMessageHandler(() => server);
        services?.Invoke(collection);
        _services = collection.BuildServiceProvider();
    }

    /// <summary>The path of its file.</summary>
    public string File { get; }

    public ShiftedClock Clock { get; } = new();

    public LogList Log { get; } = new();

    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient("pay");

    public IOutbox Outbox => _services.GetRequiredService<IOutbox>();

    public IOutboxStore Store => _services.GetRequiredService<IOutboxStore>();

    public IServiceProvider Services => _services;

    /// <summary>Drains until nothing is due and nothing under way.</summary>
    public async Task DrainAsync() => await _services.GetRequiredService<OutboxDrain>().RunToEndAsync(TestContext.Current.CancellationToken);

    /// <summary>Drains what is due now, once.</summary>
    /// <returns>How many calls it has begun.</returns>
    public async Task<int> DrainOnceAsync()
    {
        var drain = _services.GetRequiredService<OutboxDrain>();
        var begun = await drain.RunAsync(TestContext.Current.CancellationToken);
        await drain.EndAsync();
        return begun;
    }

    /// <summary>Lets time pass, and drains.</summary>
    public async Task DrainAfterAsync(TimeSpan time, int rounds = 1)
    {
        Clock.Advance(time);
        await DrainAsync();
        while (--rounds > 0)
            await DrainAfterAsync(TimeSpan.FromMilliseconds(50));
    }

    public static HttpRequestMessage Charge(string key = "charge-1", string body = "amount=100", string path = "/charges")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.SetIdempotencyKey(key);
        return request;
    }

    /// <summary>Makes a call that is kept, and gives its receipt.</summary>
    public async Task<OutboxReceipt> KeepAsync(HttpRequestMessage? request = null)
    {
        var failure = await Record.ExceptionAsync(() => Client.SendAsync(request ?? Charge(), TestContext.Current.CancellationToken));
        return failure.Should().BeOfType<OutboxKeptException>().Which.Receipt;
    }

    public async Task<OutboxEntry> FindAsync(OutboxReceipt receipt) => (await Outbox.FindAsync(receipt, TestContext.Current.CancellationToken))!;

    public async Task<IReadOnlyList<OutboxEntry>> AllAsync() => await Outbox.ListAsync(new() { Limit = 1000 }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder?.Dispose();
    }
}
