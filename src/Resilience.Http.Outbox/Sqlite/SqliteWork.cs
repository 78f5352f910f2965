namespace Resilience.Http;

/// <summary>Something to do within a transaction of the writer.</summary>
internal abstract class SqliteWork : IThreadPoolWorkItem
{
    /// <summary>Whether it writes nothing, so that it need not wait for others who do.</summary>
    public required bool IsRead { get; init; }

    /// <summary>Why it could not be done; null if it was.</summary>
    public Exception? Failure { get; set; }

    public abstract void Run(SqliteStatements statements);

    /// <summary>Lets its caller go on, on this thread.</summary>
    public abstract void Execute();
}

/// <inheritdoc/>
internal sealed class SqliteWork<T>(Func<SqliteStatements, T> run) : SqliteWork
{
    private readonly TaskCompletionSource<T> _done = new();
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Run(SqliteStatements statements) => _result = run(statements);

    public override void Execute() => _ = Failure is null ? _done.TrySetResult(_result) : _done.TrySetException(Failure);
}
