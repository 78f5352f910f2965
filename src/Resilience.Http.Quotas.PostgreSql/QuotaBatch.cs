using Npgsql;

namespace Resilience.Http;

/// <summary>The statements of one call, in one round trip and one transaction.</summary>
internal sealed class QuotaBatch : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch;

    public QuotaBatch(NpgsqlDataSource source, IReadOnlyList<QuotaLimit> limits, long wanted, long returned)
    {
        // No name has a colon, so that no two buckets are one, whatever is in their keys.
        string[] keys = [.. limits.Select(limit => $"{limit.Name}:{limit.Key}")];
        double[] spans = [.. limits.Select(limit => limit.Span)];
        _batch = source.CreateBatch();
        Add(QuotaSql.Insert, keys, spans);
        Add(QuotaSql.Take, keys, spans, limits.Select(limit => limit.Interval).ToArray(), wanted, returned);
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    public Task<int> GiveAsync(CancellationToken cancellationToken) => _batch.ExecuteNonQueryAsync(cancellationToken);

    /// <returns>What was granted; null if a bucket was swept away in between.</returns>
    public async Task<QuotaGrant?> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        Add(QuotaSql.Pauses, request.Key);
        if (request.Instance is { } instance)
        {
            Add(QuotaSql.Seen, request.Quota, instance);
            Add(QuotaSql.Count, request.Quota);
        }

        var reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var grant = new QuotaGrant(reader.GetInt64(0), TimeSpan.FromMicroseconds(reader.GetInt64(1))) { Left = reader.GetInt64(2) is >= 0 and var left ? left : null };
            if (grant.Granted < 0)
                return null;

            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            grant = grant with { Pauses = await ReadPausesAsync(reader, cancellationToken).ConfigureAwait(false) };
            if (!await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                return grant;

            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return grant with { Instances = (int)reader.GetInt64(0) };
        }
    }

    private static async Task<QuotaPause[]> ReadPausesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<QuotaPause> pauses = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            pauses.Add(new(reader.GetString(0), TimeSpan.FromMicroseconds(reader.GetInt64(1))));
        return [.. pauses];
    }

    private void Add(string statement, params object[] parameters)
    {
        var command = _batch.CreateBatchCommand();
        command.CommandText = statement;
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        _batch.BatchCommands.Add(command);
    }
}
