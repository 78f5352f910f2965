using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What a process does that a test starts and kills.</summary>
internal static class Child
{
    private const int Writers = 4;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string job, string[] args) => (job, args) switch
    {
        ("write", [var file]) => await WriteAsync(file),
        ("drain", [var file, var address]) => await DrainAsync(file, address),
        ("call", [var file, var address, var key]) => await CallAsync(file, address, key),
        _ => 2,
    };

    // Says which entries are kept, for ever.
    private static async Task<int> WriteAsync(string file)
    {
        using var store = new SqliteOutboxStore(new() { Path = file });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (true)
            {
                var id = Guid.NewGuid().ToString("N");
                var row = new OutboxRow { Id = id, Client = "pay", Key = id, Destination = "here", Fingerprint = new byte[] { 1 }, Payload = new byte[1000], KeptAt = store.Now, DueAt = store.Now, Fence = 1 };
                await store.AddAsync(row, null, CancellationToken.None);
                await Console.Out.WriteLineAsync(id);
            }
        }));
        return 0;
    }

    private static async Task<int> DrainAsync(string file, string address)
    {
        await using var services = Services(file, address);
        await services.GetRequiredService<OutboxDrain>().StartAsync(CancellationToken.None);
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static async Task<int> CallAsync(string file, string address, string key)
    {
        await using var services = Services(file, address);
        var request = new HttpRequestMessage(HttpMethod.Post, "charges") { Content = new StringContent("amount=100") };
        request.SetIdempotencyKey(key);
        using var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient("pay").SendAsync(request);
        return 0;
    }

    // However slow the machine is, nothing is given up before it has reached the server.
    private static ServiceProvider Services(string file, string address)
    {
        var services = new ServiceCollection();
        services.AddSqliteOutbox(sqlite => sqlite.Path = file);
        services.AddResilientHttpClient("pay", client => client.BaseAddress = new(address))
            .AddTotalTimeout(CallTimeout)
            .AddIdempotencyKey(IdempotencyProfile.Stripe)
            .AddOutbox(outbox =>
            {
                (outbox.Mode, outbox.StorePlaintext, outbox.BaseDelay) = (OutboxMode.WriteAhead, true, TimeSpan.FromMilliseconds(50));
                (outbox.CallTimeout, outbox.LeaseMargin) = (CallTimeout, TimeSpan.FromSeconds(1));
            })
            .AddRetry();
        return services.BuildServiceProvider();
    }
}
