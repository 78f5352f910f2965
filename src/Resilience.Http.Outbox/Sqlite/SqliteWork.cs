namespace Resilience.Http;

/// <summary>Something to do within a transaction of the writer.</summary>
internal abstract class SqliteWork
{
    /// <summary>Whether it writes nothing, so that it need not wait for others who do.</summary>
    public required bool IsRead { get; init; }

    public abstract void Run(SqliteStatements statements);

    public abstract void Complete();

    public abstract void Fail(Exception failure);
}

/// <inheritdoc/>
internal sealed class SqliteWork<T>(Func<SqliteStatements, T> run) : SqliteWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Run(SqliteStatements statements) => _result = run(statements);

    public override void Complete() => _done.TrySetResult(_result);

    public override void Fail(Exception failure) => _done.TrySetException(failure);
}
