using System.Globalization;
using StackExchange.Redis;

namespace Resilience.Http;

/// <summary>
/// Keeps buckets in Redis 5 or later, Valkey, or Garnet with Lua and <c>LuaTransactionMode</c>: without the latter its scripts are not atomic, and it grants too
/// much. A lease is one script of one round trip, on the server's clock. Keys end by themselves when their buckets are full. Safe for concurrent use.
/// </summary>
/// <param name="connection">The connection; it is not disposed.</param>
/// <param name="options">The database and the prefix of the keys; null for the defaults.</param>
public sealed class RedisQuotaStore(IConnectionMultiplexer connection, RedisQuotaStoreOptions? options = null) : IQuotaStore
{
    private const int MaxPauses = 100;

    private readonly RedisQuotaStoreOptions _options = options ?? new();

    private IDatabase Database => connection.GetDatabase(_options.Database);

    /// <inheritdoc/>
    public async ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Both leave before either is awaited: one round trip.
        var counting = request.Instance is { } instance ? CountAsync(request.Quota, instance) : null;
        var grant = await LeaseAsync(request).ConfigureAwait(false);
        return counting is null ? grant : grant with { Instances = await counting.ConfigureAwait(false) };
    }

    /// <inheritdoc/>
    public async ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        foreach (var group in limits.GroupBy(limit => limit.Key, StringComparer.Ordinal))
            await TakeAsync(group.Key, [.. group], wanted: 0, permits).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken)
        => await Database.ScriptEvaluateAsync(RedisScripts.Pause, [PausesOf(key)], [authority, Microseconds(pause), MaxPauses]).ConfigureAwait(false);

    /// <summary>
    /// Buckets of one key are taken together. Those of several may lie on several nodes: they are taken one after the other, and what the next one does not
    /// grant is given back to those before.
    /// </summary>
    private async Task<QuotaGrant> LeaseAsync(QuotaRequest request)
    {
        List<QuotaLimit> taken = [];
        var grant = new QuotaGrant(request.Wanted, TimeSpan.Zero);
        // That of the request is asked for its pauses even if it has no limit.
        foreach (var key in request.Limits.Select(limit => limit.Key).Append(request.Key).Distinct(StringComparer.Ordinal))
        {
            QuotaLimit[] limits = [.. request.Limits.Where(limit => limit.Key == key)];
            var next = await TakeAsync(key, limits, grant.Granted, request.Returned).ConfigureAwait(false);
            if (next.Granted < grant.Granted && taken.Count > 0)
                await GiveAsync(taken, grant.Granted - next.Granted, CancellationToken.None).ConfigureAwait(false);

            taken.AddRange(limits);
            grant = next with { Wait = next.Wait > grant.Wait ? next.Wait : grant.Wait, Left = next.Left < grant.Left ? next.Left : grant.Left ?? next.Left, Pauses = [.. grant.Pauses, .. key == request.Key ? next.Pauses : []] };
        }

        return grant;
    }

    private async Task<QuotaGrant> TakeAsync(string key, QuotaLimit[] limits, long wanted, long returned)
    {
        RedisKey[] keys = [.. limits.Select(limit => BucketOf(key, limit.Name)), PausesOf(key)];
        RedisValue[] values = [wanted, returned, .. limits.SelectMany(limit => new RedisValue[] { Text(limit.Interval), limit.Burst, Text(limit.Span) })];
        var answer = (RedisResult[])(await Database.ScriptEvaluateAsync(RedisScripts.Lease, keys, values).ConfigureAwait(false))!;
        return new((long)answer[0], TimeSpan.FromMicroseconds((long)answer[1]))
        {
            Left = (long)answer[2] is >= 0 and var left ? left : null,
            Pauses = [.. answer.Skip(3).Chunk(2).Select(pause => new QuotaPause((string)pause[0]!, TimeSpan.FromMicroseconds((long)pause[1])))],
        };
    }

    private async Task<int> CountAsync(string quota, string instance)
        => (int)await Database.ScriptEvaluateAsync(RedisScripts.Count, [Key(quota, "n")], [instance]).ConfigureAwait(false);

    private RedisKey BucketOf(string key, string name) => Key(key, name.Length == 0 ? "b" : $"b:{name}");

    private RedisKey PausesOf(string key) => Key(key, "p");

    // The 2 is the version of the format. What stands in braces says which node a key lies on.
    private RedisKey Key(string key, string kind) => $"{_options.KeyPrefix}:2:{{{key}}}:{kind}";

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static long Microseconds(TimeSpan duration) => (long)duration.TotalMicroseconds;
}
