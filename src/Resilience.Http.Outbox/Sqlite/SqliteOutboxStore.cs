using System.Data.Common;

namespace Resilience.Http;

/// <summary>
/// Kept calls in a SQLite file: every commit waits for the disk, and what waits for a commit shares it. Many processes may keep calls in one file; one of them drains. Safe for
/// concurrent use.
/// </summary>
public sealed class SqliteOutboxStore : IOutboxStore, IDisposable
{
    private readonly SqliteDatabase _file;
    private readonly SqliteOwnership _ownership;
    private readonly long? _maxFileBytes;

    /// <summary>A store in a file that is opened when it is first needed.</summary>
    /// <param name="options">Which file.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public SqliteOutboxStore(SqliteOutboxOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _maxFileBytes = options.MaxFileBytes;
        _file = new(options, time ?? TimeProvider.System);
        _ownership = new(_file, options);
    }

    /// <inheritdoc/>
    public DateTimeOffset Now => _file.Now;

    /// <inheritdoc/>
    public DateTimeOffset Settled => _file.Settled;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => _file.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<OutboxRow> AddAsync(OutboxRow row, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (transaction is null)
            return await _file.RunAsync(statements => Add(statements, row), cancellationToken).ConfigureAwait(false) ?? throw SqliteFile.Full();

        await _file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await SqliteTransactions.AddAsync(row, transaction, _file.Id, _maxFileBytes, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<OutboxRow?> FindAsync(string id, CancellationToken cancellationToken)
        => (await _file.ReadAsync(statements => statements.Query(SqliteSql.Find, SqliteRows.Read, id), cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<OutboxRow?> FindWaitingAsync(string client, string? key, CancellationToken cancellationToken) => (await _file.ReadAsync(
        statements => key is null ? statements.Query(SqliteSql.FindAnyWaiting, SqliteRows.Read, client) : statements.Query(SqliteSql.FindWaiting, SqliteRows.Read, client, key), cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await _file.ReadAsync(statements => statements.Query(
            SqliteSql.List, SqliteRows.Read, filter.After ?? string.Empty, filter.Client, (long?)filter.State, (long)Math.Clamp(filter.Limit, 1, 1000)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<bool> TryReplaceAsync(OutboxRow row, long fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var values = SqliteRows.Write(row);
        return _file.RunAsync(statements => statements.Execute(SqliteSql.Replace, [values[0], fence, values[7], .. values[9..], values[3]]) > 0, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> TryDeleteAsync(string id, long fence, CancellationToken cancellationToken)
        => _file.RunAsync(statements => statements.Execute(SqliteSql.Delete, id, fence) > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TryOwnAsync(CancellationToken cancellationToken) => _ownership.TryTakeAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxDestination>> FindDueAsync(CancellationToken cancellationToken)
        => await _file.ReadAsync(statements => statements.Query(
            SqliteSql.FindDue, row => new OutboxDestination(row.GetString(0), row.GetString(1)), SqliteRows.Time(Now)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(OutboxClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var rows = await _file.RunAsync(statements => Claim(statements, claim), cancellationToken).ConfigureAwait(false);
        return [.. rows.OrderBy(row => row.Sequence).Select(row => row.Row)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxRow>> ClaimUntoldAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
        => await _file.RunAsync(statements => Now is var now
            ? statements.Query(SqliteSql.ClaimUntold, SqliteRows.Read, SqliteRows.Time(now), SqliteRows.Time(now + lease), _ownership.Epoch, (long)limit)
            : [], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task PauseAsync(OutboxDestination destination, DateTimeOffset until, CancellationToken cancellationToken)
        => _file.RunAsync(statements => statements.Execute(SqliteSql.Pause, destination.Client, destination.Name, SqliteRows.Time(until)), cancellationToken);

    /// <inheritdoc/>
    public Task<int> ForgetAsync(OutboxEnded ended, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ended);
        return _file.RunAsync(
            statements =>
            {
                statements.Execute(SqliteSql.ForgetPauses, SqliteRows.Time(Now));
                return statements.Execute(SqliteSql.Forget, ended.Client, (long)ended.State, SqliteRows.Time(ended.Before));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken)
        => await _file.ReadAsync(statements => statements.Query(
            SqliteSql.Count, row => new OutboxCount(row.GetString(0), (OutboxState)row.GetInt32(1), row.GetInt64(2), SqliteRows.Time(row.GetInt64(3)))), cancellationToken).ConfigureAwait(false);

    /// <summary>Does what is under way, and closes the file.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _ownership.Dispose();
    }

    private OutboxRow? Add(SqliteStatements statements, OutboxRow row)
    {
        var (sql, values) = SqliteSql.Insert(row, _maxFileBytes);
        return statements.Execute(sql, values) > 0 ? row
            : statements.Query(SqliteSql.Share, SqliteRows.Read, row.Client, row.Key, SqliteRows.Time(row.KeptAt), row.Id) is [var shared] ? shared
            : statements.Query(SqliteSql.FindByKey, SqliteRows.Read, row.Client, row.Key).FirstOrDefault();
    }

    private List<(OutboxRow Row, long Sequence)> Claim(SqliteStatements statements, OutboxClaim claim)
    {
        var now = Now;
        return statements.Query(
            SqliteSql.Claim,
            row => (SqliteRows.Read(row), row.GetInt64(23)),
            claim.Client, claim.Destination, SqliteRows.Time(now), claim.IsOrderBlocked ? 1L : 0L, (long)claim.Limit, SqliteRows.Time(now + claim.Lease), _ownership.Epoch);
    }
}
