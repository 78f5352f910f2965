using System.Globalization;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What a Redis server has written, moved to another time.</summary>
internal static class RedisClock
{
    /// <param name="connection">The server.</param>
    /// <param name="run">What the names of the keys have in them.</param>
    /// <param name="time">How much later it seems to have been written.</param>
    public static async Task SetBackAsync(IConnectionMultiplexer connection, string run, TimeSpan time)
    {
        var database = connection.GetDatabase();
        await foreach (var key in connection.GetServers()[0].KeysAsync(pattern: $"*{run}*"))
        {
            if (await database.KeyTypeAsync(key) is RedisType.SortedSet)
            {
                foreach (var instance in await database.SortedSetRangeByRankAsync(key))
                    await database.SortedSetIncrementAsync(key, instance, time.TotalMilliseconds);
            }
            else if (await database.KeyTypeAsync(key) is RedisType.Hash)
            {
                foreach (var pause in await database.HashGetAllAsync(key))
                    await database.HashSetAsync(key, pause.Name, Later(pause.Value!, time));
            }
            else if (await database.StringGetAsync(key) is { IsNull: false } level)
            {
                // Else it has ended meanwhile.
                await database.StringSetAsync(key, Later(level!, time), expiry: null, keepTtl: true, When.Exists);
            }
        }
    }

    // The end, for a bucket the span, which is no time, and when it was written.
    private static string Later(string value, TimeSpan time) => value.Split(' ') switch
    {
        [var ends, var noted] => $"{Moved(ends, time)} {Moved(noted, time)}",
        [var full, var span, var written] => $"{Moved(full, time)} {span} {Moved(written, time)}",
        _ => throw new FormatException(value),
    };

    private static long Moved(string microseconds, TimeSpan time) => long.Parse(microseconds, CultureInfo.InvariantCulture) + (long)time.TotalMicroseconds;
}
