using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What somebody else has put where the buckets, pauses and instances of one key lie.</summary>
internal static class ForgedValues
{
    public static TheoryData<string> All => ["garbage", "a b c", "1 0 1", "1 nan x", "set", "list"];

    /// <summary>They count as none, and are written over.</summary>
    public static async Task CountAsNoneAsync(IConnectionMultiplexer connection, string forged, CancellationToken cancellationToken)
    {
        var (store, database, key) = (new RedisQuotaStore(connection, new() { KeyPrefix = "forged" }), connection.GetDatabase(), Guid.NewGuid().ToString("N"));
        QuotaRequest request = new(key, key, [new(key, "", 0.001, 100)], 60) { Instance = "me" };
        foreach (var kind in new[] { "b", "n" })
            await WriteAsync(database, $"forged:2:{{{key}}}:{kind}", forged);
        if (forged is "set" or "list")
            await WriteAsync(database, $"forged:2:{{{key}}}:p", forged);
        else
            await database.HashSetAsync($"forged:2:{{{key}}}:p", "https://a:443", forged);

        var first = await store.LeaseAsync(request, cancellationToken);
        await store.PauseAsync(key, "https://a:443", TimeSpan.FromMinutes(1), cancellationToken);
        var second = await store.LeaseAsync(request, cancellationToken);

        (first.Granted, first.Pauses.Count, first.Instances).Should().Be((60, 0, 1));
        (second.Granted, second.Pauses.Count, second.Instances).Should().Be((40, 1, 1));
    }

    private static Task WriteAsync(IDatabase database, string key, string forged) => forged switch
    {
        "set" => database.SetAddAsync(key, "x"),
        "list" => database.ListLeftPushAsync(key, "x"),
        _ => database.StringSetAsync(key, forged),
    };
}
