using System.Globalization;

namespace Payments;

/// <summary>One run: what all its processes have to know. Handed to them on the command line.</summary>
internal sealed record Settings
{
    public required string Folder { get; init; }

    public int Customers { get; init; } = 1000;

    public int Rate { get; init; } = 25;

    public int Seed { get; init; } = 4711;

    /// <summary>For how long the provider remembers a key.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    public string Sabotage { get; init; } = string.Empty;

    public string Client { get; init; } = "outbox";

    /// <summary>Where the provider is; null if the run starts one.</summary>
    public Uri? Provider { get; init; }

    /// <summary>The connection to PostgreSQL, with a schema of the run's own; empty for a SQLite file.</summary>
    public string Postgres { get; init; } = string.Empty;

    /// <summary>How many payers share the customers, and which of them this is.</summary>
    public int Workers { get; init; } = 1;

    public int Worker { get; init; }

    public string Database => Path.Combine(Folder, $"{Client}.db");

    public string Ledger => Path.Combine(Folder, $"{Client}.ledger");

    public string List => Path.Combine(Folder, "customers.csv");

    public static Settings Read(string[] args) => new()
    {
        Folder = args[0],
        Customers = int.Parse(args[1], CultureInfo.InvariantCulture),
        Rate = int.Parse(args[2], CultureInfo.InvariantCulture),
        Seed = int.Parse(args[3], CultureInfo.InvariantCulture),
        Retention = TimeSpan.Parse(args[4], CultureInfo.InvariantCulture),
        Sabotage = args[5],
        Client = args[6],
        Provider = args[7].Length > 0 ? new(args[7]) : null,
        Postgres = args[8],
        Workers = int.Parse(args[9], CultureInfo.InvariantCulture),
        Worker = int.Parse(args[10], CultureInfo.InvariantCulture),
    };

    public string[] ToArgs() =>
    [
        Folder, $"{Customers}", $"{Rate}", $"{Seed}", Retention.ToString("c"), Sabotage, Client, $"{Provider}", Postgres, $"{Workers}", $"{Worker}",
    ];
}
