using System.Globalization;
using Npgsql;

namespace Payments;

/// <summary>Writes the list, starts the processes, kills them, and has the auditor judge.</summary>
internal static class Director
{
    // Enough for each sabotage to show.
    private const int KillsForSabotage = 4;

    public static async Task<int> RunAsync(Settings settings, int kills, bool alone)
    {
        await File.WriteAllLinesAsync(settings.List, Enumerable.Range(1, settings.Customers).Select(number => $"{Customer.Make(number, settings.Seed)}"));
        Console.WriteLine($"{settings.Customers} customers at {settings.Rate} a second; everything is in {settings.Folder}");
        if (settings.Postgres.Length > 0)
            settings = settings with { Postgres = await MakeSchemaAsync(settings.Postgres) };
        var isSabotage = settings.Sabotage.Length > 0;
        string[] clients = isSabotage || alone || settings.Provider is not null ? ["outbox"] : ["outbox", "plain", "standard"];
        var runs = clients.Select(client => new Run(client == "outbox" ? settings : settings with { Client = client, Postgres = string.Empty, Workers = 1 }, isSabotage ? Math.Max(kills, KillsForSabotage) : kills)).ToArray();
        var exits = await Task.WhenAll(runs.Select(run => run.RunAsync()));
        foreach (var run in runs)
            run.Dispose();

        // Of those beside it nothing is asked.
        var exit = exits[0];
        if (!isSabotage)
            return exit;

        Console.WriteLine(exit == 1 ? $"The audit has found the sabotage: {settings.Sabotage}." : $"The audit has NOT found the sabotage: {settings.Sabotage}.");
        return exit == 1 ? 0 : 1;
    }

    private static async Task<string> MakeSchemaAsync(string postgres)
    {
        var schema = $"payments_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE SCHEMA {schema}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(postgres) { SearchPath = schema }.ToString();
    }

    public static TimeSpan ParseTime(string text)
    {
        var number = double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => throw new FormatException($"'{text}' is no time such as 20s, 5m or 24h."),
        };
    }
}
