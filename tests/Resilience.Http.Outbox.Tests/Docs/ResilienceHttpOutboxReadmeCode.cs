using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests.Docs;

/// <summary>The C# of the package's README, compiled.</summary>
internal static class ResilienceHttpOutboxReadmeCode
{
    internal interface IShop
    {
        Task NoteAsync(string order, OutboxReceipt receipt);

        Task InsertAsync(string order, DbTransaction transaction);
    }

    public static void Register(IServiceCollection services)
    {
        // dotnet add package Resilience.Http.Outbox
        services.AddSqliteOutbox(sqlite => sqlite.Path = "/var/lib/shop/outbox.db");
        services.AddResilientHttpClient("payments", client => client.BaseAddress = new("https://api.stripe.com/"))
            .AddTotalTimeout(TimeSpan.FromSeconds(20))
            .AddIdempotencyKey(IdempotencyProfile.Stripe)
            .AddOutbox(outbox => (outbox.Mode, outbox.StorePlaintext) = (OutboxMode.WriteAhead, true))    // or outbox.ProtectWithAes(key): stored encrypted
            .AddRetry()
            .AddCircuitBreaker();
    }

    public static async Task PayAsync(HttpClient payments, HttpRequestMessage request, IShop shop, string order)
    {
        request.SetIdempotencyKey($"order-{order}");        // the same after a restart: a key that the library makes is lost with the process
        try
        {
            using var response = await payments.SendAsync(request);
        }
        catch (OutboxKeptException kept)
        {
            await shop.NoteAsync(order, kept.Receipt);      // it will be sent, or has ended: IOutbox.FindAsync says which
        }
    }

    public static async Task<OutboxReceipt> EnqueueAsync(DbConnection connection, IShop shop, string order, IOutbox outbox, HttpRequestMessage request)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await shop.InsertAsync(order, transaction);
        request.SetIdempotencyKey($"order-{order}");    // if all of this is repeated, it is the same call
        var receipt = await outbox.EnqueueAsync("payments", request, transaction);
        await transaction.CommitAsync();
        outbox.Wake();    // sends it at once; else it is found within a second
        return receipt;
    }

    public static void Watch(IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<OutboxHealthCheck>("outbox");
    }
}
