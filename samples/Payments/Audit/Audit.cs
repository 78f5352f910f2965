using System.Data.Common;

namespace Payments;

/// <summary>Reads the list that was written before the run and the provider's books, once everybody else has ended. It believes neither the payer nor the provider's answers.</summary>
internal static class Audit
{
    public static async Task<int> RunAsync(Settings settings)
    {
        var customers = Customer.ReadAll(settings.List).ToDictionary(customer => customer.Reference);
        var charges = await (settings.Provider is { } provider ? Books.AskAsync(provider, customers.Keys) : Books.ReadAsync(settings.Ledger));
        var chargeable = customers.Values.Where(customer => !Customer.IsDeclined(customer.Number, settings.Seed)).ToArray();

        var lost = chargeable.Count(customer => !charges[customer.Reference].Any());
        var doubled = customers.Values.Count(customer => charges[customer.Reference].Count() > 1);
        var wrong = charges.SelectMany(entries => entries).Count(entry => !customers.TryGetValue(entry.Reference, out var customer) || customer.Cents != entry.Cents || Customer.IsDeclined(customer.Number, settings.Seed));
        var (owed, taken) = (chargeable.Sum(customer => customer.Cents), charges.SelectMany(entries => entries).Sum(entry => entry.Cents));
        var (waiting, dead) = await OutboxAsync(settings);

        var isRight = (lost, doubled, wrong, waiting, dead) == (0, 0, 0, 0, 0) && owed == taken;
        Console.WriteLine(FormattableString.Invariant(
            $"{settings.Client,-10} {customers.Count} customers, {customers.Count - chargeable.Length} declined: {lost} lost, {doubled} doubled, {wrong} wrong; owed {owed / 100m:0.00}, taken {taken / 100m:0.00}; outbox: {waiting} waiting, {dead} dead. {(isRight ? "The books balance." : "THE BOOKS DO NOT BALANCE.")}"));
        return isRight ? 0 : 1;
    }

    private static async Task<(long Waiting, long Dead)> OutboxAsync(Settings settings)
    {
        if (settings.Client != "outbox" || settings.Sabotage == "no-outbox")
            return (0, 0);

        await using var connection = await PayerBook.OpenAsync(settings);
        return (await CountAsync(connection, 0), await CountAsync(connection, 3));
    }

    private static async Task<long> CountAsync(DbConnection connection, int state)
    {
        await using var command = connection.CreateCommand();
        var parameter = command.CreateParameter();
        (command.CommandText, parameter.ParameterName, parameter.Value) = ("SELECT count(*) FROM outbox_entry WHERE state = @state", "state", state);
        command.Parameters.Add(parameter);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
