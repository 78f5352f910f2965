using Microsoft.Data.Sqlite;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What the processes of one file have in common: a clock that none may have run backwards, and its opening.</summary>
public sealed class SqliteClockTests : IDisposable
{
    private static readonly TimeSpan Little = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_the_same_for_all_processes_though_one_saw_a_later_time()
    {
        var clock = new ShiftedClock();
        using var second = await OpenAsync(new ShiftedClock());
        clock.Set(TimeSpan.FromDays(1));
        using (var first = await OpenAsync(clock))
            await first.TryOwnAsync(Cancelled);

        await second.TryOwnAsync(Cancelled);

        second.Now.Should().BeCloseTo(clock.GetUtcNow(), Little);
    }

    [Fact]
    public async Task Goes_on_while_nobody_has_the_file_open_and_the_clock_is_set_back()
    {
        Assert.SkipUnless(File.Exists("/proc/sys/kernel/random/boot_id"), "the system does not tell its starts apart");
        var (before, after) = (new ShiftedClock(), new ShiftedClock());
        using (var first = await OpenAsync(before))
            await first.TryOwnAsync(Cancelled);
        after.Advance(TimeSpan.FromHours(30));
        after.Set(TimeSpan.FromHours(-30));

        using var second = await OpenAsync(after);

        second.Now.Should().BeCloseTo(before.GetUtcNow() + TimeSpan.FromHours(30), Little);
    }

    [Fact]
    public async Task Is_not_moved_by_another_start_of_the_machine()
    {
        var (before, after) = (new ShiftedClock(), new ShiftedClock());
        using (var first = await OpenAsync(before))
            await first.TryOwnAsync(Cancelled);
        Execute("UPDATE outbox_boot SET boot = 'another'");
        after.Advance(TimeSpan.FromHours(30));
        after.Set(TimeSpan.FromHours(-30));

        using var second = await OpenAsync(after);

        second.Now.Should().BeCloseTo(before.GetUtcNow(), Little);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Goes_on_by_the_wall_though_that_was_ahead_for_a_moment_once(bool isOff)
    {
        var clock = new ShiftedClock();
        using var first = await OpenAsync(clock);
        clock.Set(TimeSpan.FromDays(30));
        await first.TryOwnAsync(Cancelled);
        clock.Set(TimeSpan.FromDays(-30));
        await first.PauseAsync(new("pay", "a"), clock.GetUtcNow(), Cancelled);
        var before = first.Now;
        if (isOff)
        {
            first.Dispose();
            Execute("UPDATE outbox_boot SET boot = 'another'");
        }

        // It sleeps, or is off.
        clock.Set(TimeSpan.FromHours(25));

        using var second = await OpenAsync(clock);
        (isOff ? second : first).Now.Should().BeCloseTo(before + TimeSpan.FromHours(25), Little);
    }

    [Theory]
    [InlineData("a newer version")]
    [InlineData("no database")]
    public async Task Is_not_left_open_each_time_that_it_cannot_be_used(string fault)
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "the system does not say which files are open");
        (await OpenAsync(new ShiftedClock())).Dispose();
        if (fault == "no database")
            await File.WriteAllBytesAsync(_folder.File, [.. Enumerable.Repeat((byte)7, 8192)], Cancelled);
        else
            Execute("UPDATE outbox_store SET version = 99");
        using var store = new SqliteOutboxStore(new() { Path = _folder.File });

        await FluentActions.Awaiting(() => store.OpenAsync(Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();

        Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget).Should().NotContain(target => target != null && target.StartsWith(_folder.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task Keeps_nothing_once_one_of_its_files_is_gone(string suffix)
    {
        var clock = new ShiftedClock();
        using var store = await OpenAsync(clock);
        await store.TryOwnAsync(Cancelled);
        File.Delete(_folder.File + suffix);
        clock.Advance(TimeSpan.FromSeconds(2));

        for (var i = 0; i < 2; i++)
            await FluentActions.Awaiting(() => store.PauseAsync(new("pay", "a"), clock.GetUtcNow(), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>().WithMessage("*was removed*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task Keeps_nothing_either_once_another_file_has_the_name(string suffix)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the system does not tell files apart");
        var clock = new ShiftedClock();
        using var store = await OpenAsync(clock);
        await store.TryOwnAsync(Cancelled);
        File.Copy(_folder.File + suffix, _folder.File + ".other");
        File.Move(_folder.File + ".other", _folder.File + suffix, overwrite: true);
        clock.Advance(TimeSpan.FromSeconds(2));

        for (var i = 0; i < 2; i++)
            await FluentActions.Awaiting(() => store.PauseAsync(new("pay", "a"), clock.GetUtcNow(), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>().WithMessage("*was removed or replaced*");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_not_opened_where_the_file_alone_is_a_mount(bool isLinked)
    {
        var there = Directory.CreateDirectory(Path.Combine(_folder.Path, "there")).FullName;
        var file = Path.Combine(there, "out box.db");
        await File.WriteAllBytesAsync(file, [], Cancelled);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), there);
        await File.WriteAllBytesAsync(_folder.File, [], Cancelled);
        Assert.SkipUnless(OperatingSystem.IsLinux() && await RunAsync("mount", "--bind", _folder.File, file), "this user may not mount");
        try
        {
            using var store = new SqliteOutboxStore(new() { Path = isLinked ? Path.Combine(_folder.Path, "link", "out box.db") : file });

            await FluentActions.Awaiting(() => store.OpenAsync(Cancelled)).Should().ThrowAsync<OutboxUnavailableException>().WithMessage("*is a mount of its own*");
        }
        finally
        {
            await RunAsync("umount", file);
        }
    }

    [Fact]
    public async Task Forgets_nothing_by_a_jump_in_which_the_program_is_started_again()
    {
        Assert.SkipUnless(File.Exists("/proc/sys/kernel/random/boot_id"), "the system does not tell its starts apart");
        var clock = new ShiftedClock();
        using (var before = await OpenAsync(clock))
            await before.TryOwnAsync(Cancelled);
        var then = clock.GetUtcNow();
        clock.Set(TimeSpan.FromDays(30));
        using (var first = await OpenAsync(clock))
            await first.TryOwnAsync(Cancelled);

        using var second = await OpenAsync(clock);

        second.Settled.Should().BeCloseTo(then, Little);
    }

    [Fact]
    public async Task Is_opened_while_somebody_writes()
    {
        (await OpenAsync(new ShiftedClock())).Dispose();
        await using var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        using var store = await OpenAsync(new ShiftedClock());

        (await store.ListAsync(new(), Cancelled)).Should().BeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<SqliteOutboxStore> OpenAsync(TimeProvider clock)
    {
        var store = new SqliteOutboxStore(new() { Path = _folder.File }, clock);
        await store.OpenAsync(Cancelled);
        return store;
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
