using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What a process does that a test starts and kills.</summary>
/// <param name="addStore">Registers the store of a file, or of a connection.</param>
internal sealed class Child(Action<IServiceCollection, string> addStore)
{
    private const int Writers = 4;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(5);

    public async Task<int> RunAsync(string job, string[] args) => (job, args) switch
    {
        ("write", [var place]) => await WriteAsync(place),
        ("commit", [var place, var rows]) => await CommitAsync(place, int.Parse(rows, CultureInfo.InvariantCulture)),
        ("drain", [var place, var address]) => await DrainAsync(place, address),
        ("call", [var place, var address, var key]) => await CallAsync(place, address, key),
        _ => 2,
    };

    // Says which entries are kept, for ever.
    private async Task<int> WriteAsync(string place)
    {
        await using var services = Services(place, "http://nowhere.test/");
        var store = services.GetRequiredService<IOutboxStore>();
        await store.OpenAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (true)
            {
                var row = Row(store);
                await store.AddAsync(row, null, CancellationToken.None);
                await Console.Out.WriteLineAsync(row.Id);
            }
        }));
        return 0;
    }

    // One after the other, so that none shares its commit.
    private async Task<int> CommitAsync(string place, int rows)
    {
        await using var services = Services(place, "http://nowhere.test/");
        var store = services.GetRequiredService<IOutboxStore>();
        await store.OpenAsync(CancellationToken.None);
        for (var i = 0; i < rows; i++)
            await store.AddAsync(Row(store), null, CancellationToken.None);
        return 0;
    }

    private static OutboxRow Row(IOutboxStore store)
    {
        var id = Guid.NewGuid().ToString("N");
        return new() { Id = id, Client = "pay", Key = id, Destination = "here", Fingerprint = new byte[] { 1 }, Payload = new byte[1000], KeptAt = store.Now, DueAt = store.Now, Fence = 1 };
    }

    private async Task<int> DrainAsync(string place, string address)
    {
        await using var services = Services(place, address);
        await services.GetRequiredService<OutboxDrain>().StartAsync(CancellationToken.None);
        await Console.In.ReadLineAsync();
        return 0;
    }

    private async Task<int> CallAsync(string place, string address, string key)
    {
        await using var services = Services(place, address);
        var request = new HttpRequestMessage(HttpMethod.Post, "charges") { Content = new StringContent("amount=100") };
        request.SetIdempotencyKey(key);
        using var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient("pay").SendAsync(request);
        return 0;
    }

    // However slow the machine is, nothing is given up before it has reached the server.
    private ServiceProvider Services(string place, string address)
    {
        var services = new ServiceCollection();
        addStore(services, place);
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
