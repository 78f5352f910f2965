using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Payments;

/// <summary>
/// The payment run, in a process of its own, which is killed and started again. What it knows after that stands in its database: whom it has begun to charge, and the outbox. It never looks
/// into the provider's books.
/// </summary>
internal sealed class PayerProcess(Settings settings, Uri provider)
{
    private const int AtOnce = 8;
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(60);

    private readonly PayerBook _book = new(settings);

    public async Task<int> RunAsync()
    {
        await using var services = PayerClients.Build(settings, provider);
        await _book.CreateAsync();
        foreach (var hosted in services.GetServices<IHostedService>())
            await hosted.StartAsync(CancellationToken.None);

        var begun = await _book.ReadAsync();
        var customers = Customer.ReadAll(settings.List).Where(customer => customer.Number % settings.Workers == settings.Worker).ToArray();
        var charges = new Charges(settings, services, _book);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds((double)settings.Workers / settings.Rate), TimeProvider.System);
        await Parallel.ForEachAsync(customers.Where(customer => begun.ContainsKey(customer.Number)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (customer, _) => await charges.AgainAsync(customer, begun[customer.Number]));
        await Parallel.ForEachAsync(Paced(customers.Where(customer => !begun.ContainsKey(customer.Number)), pace), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (customer, _) =>
        {
            await charges.ChargeAsync(customer);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"charged {customer.Number}"));
        });
        return services.GetService<IOutbox>() is { } outbox && settings.Sabotage != "no-outbox" ? await EmptyAsync(outbox) : 0;
    }

    private static async IAsyncEnumerable<Customer> Paced(IEnumerable<Customer> customers, PeriodicTimer pace)
    {
        foreach (var customer in customers)
        {
            await pace.WaitForNextTickAsync();
            yield return customer;
        }
    }

    private static async Task<int> EmptyAsync(IOutbox outbox)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((await outbox.ListAsync(new() { State = OutboxState.Waiting, Limit = 1000 })) is { Count: > 0 and var waiting })
        {
            await Console.Out.WriteLineAsync($"waiting {waiting}");
            if (TimeProvider.System.GetElapsedTime(started) > LongestEnd)
                return 2;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }

        return 0;
    }
}
