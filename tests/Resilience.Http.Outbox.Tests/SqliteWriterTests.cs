namespace Resilience.Http.Outbox.Tests;

public sealed class SqliteWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteWriter _writer;
    private int _inside;
    private int _done;

    public SqliteWriterTests() => _writer = new(SqliteFile.Open(new() { Path = _folder.File }));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public async Task Does_the_work_of_all_one_at_a_time(int callers)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => WorkAsync(50))));
        await WorkAsync(50);

        _done.Should().Be((callers + 1) * 50);
    }

    [Fact]
    public async Task Is_held_up_by_nobody_who_goes_on_after_his_commit()
    {
        var goingOn = _writer.RunAsync(Count).ContinueWith(_ => WaitForAnother(), TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        await goingOn;

        _done.Should().Be(2);
    }

    [Fact]
    public async Task Does_what_is_waiting_before_it_ends()
    {
        Task<int>[] work = [.. Enumerable.Range(0, 100).Select(_ => _writer.RunAsync(Count))];

        _writer.Dispose();

        (await Task.WhenAll(work)).Should().OnlyHaveUniqueItems();
        await FluentActions.Awaiting(() => _writer.RunAsync(Count)).Should().ThrowAsync<ObjectDisposedException>();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _folder.Dispose();
    }

    private async Task WorkAsync(int times)
    {
        for (var i = 0; i < times; i++)
            await _writer.RunAsync(Count);
    }

    // The thread is the one that the commit has ended on.
    private void WaitForAnother()
    {
        using var another = new ManualResetEventSlim();
        _ = _writer.RunAsync(Count).ContinueWith(_ => another.Set(), TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        another.Wait(TestContext.Current.CancellationToken);
    }

    private int Count(SqliteStatements statements)
    {
        Interlocked.Increment(ref _inside).Should().Be(1);
        statements.Query("SELECT 1", row => row.GetInt64(0)).Should().Equal(1);
        Interlocked.Decrement(ref _inside);
        return Interlocked.Increment(ref _done);
    }
}
