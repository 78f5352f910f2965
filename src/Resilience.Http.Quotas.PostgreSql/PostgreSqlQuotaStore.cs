using Npgsql;

namespace Resilience.Http;

/// <summary>
/// Keeps buckets in three tables of PostgreSQL 12 or later, which it makes if they are missing. A lease is one round trip, on the server's clock. Nothing is
/// prepared, so that it works behind PgBouncer in transaction mode, too. Safe for concurrent use.
/// </summary>
public sealed class PostgreSqlQuotaStore : IQuotaStore
{
    private const int Batch = 1000;
    private const int MaxTries = 5;

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task? _tables;
    private long _lastSweep;

    /// <summary>A store.</summary>
    /// <param name="source">The database; it is not disposed.</param>
    /// <param name="time">The clock by which it sweeps once a minute; null for the system's.</param>
    public PostgreSqlQuotaStore(NpgsqlDataSource source, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _time) = (source, time ?? TimeProvider.System);
        _lastSweep = _time.GetTimestamp();
    }

    /// <summary>The statements that make the tables, for a database where the application itself may not.</summary>
    public static string Tables => QuotaSql.Tables;

    /// <inheritdoc/>
    public async ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        SweepNowAndThen();
        return await WithTablesAsync(() => TakeAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var batch = new QuotaBatch(_source, limits, wanted: 0, permits);
        await using (batch.ConfigureAwait(false))
            await WithTablesAsync(() => batch.GiveAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken)
        => await WithTablesAsync(() => ExecuteAsync(QuotaSql.Pause, cancellationToken, key, authority, Math.Max((long)pause.TotalMicroseconds, 0))).ConfigureAwait(false);

    /// <summary>Removes full buckets, and pauses and instances that are over. The store does so once a minute while it is used.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many buckets were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        await HaveTablesAsync().ConfigureAwait(false);
        var (all, removed) = (0, Batch);
        while (removed == Batch)
            all += removed = await ExecuteAsync(QuotaSql.SweepBuckets, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(QuotaSql.SweepPauses, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(QuotaSql.SweepInstances, cancellationToken).ConfigureAwait(false);
        return all;
    }

    private async Task<int> ExecuteAsync(string statement, CancellationToken cancellationToken, params object[] parameters)
    {
        var command = _source.CreateCommand(statement);
        await using (command.ConfigureAwait(false))
        {
            foreach (var parameter in parameters)
                command.Parameters.Add(new() { Value = parameter });
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<QuotaGrant> TakeAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var batch = new QuotaBatch(_source, request.Limits, request.Wanted, request.Returned);
            await using (batch.ConfigureAwait(false))
            {
                if (await batch.LeaseAsync(request, cancellationToken).ConfigureAwait(false) is { } grant)
                    return grant;
            }

            if (tries == MaxTries)
                throw new InvalidOperationException($"The buckets of {request.Key} are swept away as fast as they are made.");
        }
    }

    // A database that has come back without its data, from a backup or a standby, has no tables any more: the next call makes them.
    private async Task<T> WithTablesAsync<T>(Func<Task<T>> run)
    {
        await HaveTablesAsync().ConfigureAwait(false);
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            lock (_lock)
                _tables = null;
            throw;
        }
    }

    // Once for all callers, and to its end although they may give up waiting; after a failure anew.
    private Task HaveTablesAsync()
    {
        lock (_lock)
            return _tables = _tables is { IsFaulted: false, IsCanceled: false } made ? made : MakeTablesAsync();
    }

    private async Task MakeTablesAsync()
    {
        var exists = _source.CreateCommand(QuotaSql.Exists);
        await using (exists.ConfigureAwait(false))
        {
            if (await exists.ExecuteScalarAsync().ConfigureAwait(false) is not true)
                await ExecuteAsync(QuotaSql.CreateTables, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void SweepNowAndThen()
    {
        var (last, now) = (Volatile.Read(ref _lastSweep), _time.GetTimestamp());
        if (_time.GetElapsedTime(last, now) < TimeSpan.FromMinutes(1) || Interlocked.CompareExchange(ref _lastSweep, now, last) != last)
            return;

        // What fails is made up for a minute later.
        _ = SweepAsync().ContinueWith(static sweep => sweep.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
