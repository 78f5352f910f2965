namespace TenantGateway;

/// <summary>A tenant of the demo, what it asks for, and what becomes of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Plan">Its plan; null for somebody who has none, and guesses keys.</param>
/// <param name="PerSecond">How many requests it sends.</param>
internal sealed record DemoTenant(string Id, string? Plan, double PerSecond)
{
    public const string Upgraded = "dune", Revoked = "gone", Stranger = "prowler";

    public string Key { get; init; } = string.Empty;

    public Tally Tally { get; init; } = new();

    /// <summary>Too many for some, too few for others; one is upgraded, one loses its key, and one never had any.</summary>
    public static IReadOnlyList<DemoTenant> All =>
    [
        new("acme", "Free", 5), new("bolt", "Free", 1), new("chip", "Pro", 25), new(Upgraded, "Pro", 35), new("echo", "Enterprise", 220), new(Revoked, "Pro", 5), new(Stranger, null, 3),
    ];
}
