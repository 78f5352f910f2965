using System.Threading.Channels;
using Npgsql;

namespace Resilience.Http;

/// <summary>Replacements that wait for the same connection are committed together.</summary>
internal sealed class PostgreSqlReplacements : IAsyncDisposable
{
    private const int MaxBatch = 64;

    // A row that somebody holds, in a transaction that stays open for example, must not keep the results of all others waiting.
    private const string WaitBriefly = "SELECT set_config('lock_timeout', '200ms', true)";

    // Each waits on a connection of its own.
    private const int MaxAlone = 4;

    private readonly NpgsqlDataSource _source;
    private readonly Channel<Replacement> _waiting = Channel.CreateUnbounded<Replacement>(new() { SingleReader = true });
    private readonly SemaphoreSlim _alone = new(MaxAlone);
    private readonly Task _running;

    public PostgreSqlReplacements(NpgsqlDataSource source)
    {
        _source = source;
        _running = Task.Run(RunAsync);
    }

    public Task<bool> TryReplaceAsync(OutboxRow row, long fence)
    {
        var replacement = new Replacement(row, fence, new(TaskCreationOptions.RunContinuationsAsynchronously));
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(replacement), this);
        return replacement.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        for (var i = 0; i < MaxAlone; i++)
            await _alone.WaitAsync().ConfigureAwait(false);
        _alone.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<Replacement>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var replacement))
                batch.Add(replacement);
            if (!await TryRunAsync(batch).ConfigureAwait(false))
                await RunOneByOneAsync(batch).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task RunOneByOneAsync(List<Replacement> batch)
    {
        foreach (var replacement in batch)
        {
            try
            {
                await RunAsync([replacement]).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable)
            {
                _ = RunAloneAsync(replacement);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever it was: the loop must go on, or nobody's result is noted any more.
                replacement.Done.TrySetException(PostgreSqlDatabase.Unavailable(e));
            }
        }
    }

    // As long as the connection's own timeout allows.
    private async Task RunAloneAsync(Replacement replacement)
    {
        await _alone.WaitAsync().ConfigureAwait(false);
        try
        {
            await RunAsync([replacement], waitBriefly: false).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            replacement.Done.TrySetException(PostgreSqlDatabase.Unavailable(e));
        }
        finally
        {
            _alone.Release();
        }
    }

    private async Task<bool> TryRunAsync(List<Replacement> batch)
    {
        try
        {
            await RunAsync(batch).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    private async Task RunAsync(List<Replacement> batch, bool waitBriefly = true)
    {
        // The scope around whoever first asked for the store is around this loop.
        using var alone = OwnTransactions.Begin();
        using var commands = _source.CreateBatch();
        if (waitBriefly)
            commands.BatchCommands.Add(new(WaitBriefly));
        foreach (var (row, fence, _) in batch)
        {
            var command = new NpgsqlBatchCommand(PostgreSqlSql.Replace);
            command.Parameters.AddRange(PostgreSqlRows.WriteChange(row, fence));
            commands.BatchCommands.Add(command);
        }

        await commands.ExecuteNonQueryAsync().ConfigureAwait(false);
        var first = waitBriefly ? 1 : 0;
        for (var i = 0; i < batch.Count; i++)
            batch[i].Done.TrySetResult(commands.BatchCommands[first + i].RecordsAffected > 0);
    }

    private readonly record struct Replacement(OutboxRow Row, long Fence, TaskCompletionSource<bool> Done);
}
