using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Resilience.Http.Outbox.Tests;

public sealed class SqliteStoreTests : StoreContract
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Belongs_to_its_owner_alone()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);
        await Store.TryOwnAsync(Cancelled);

        Directory.GetFiles(_folder.Path, "outbox.db*").Should().HaveCount(4).And.OnlyContain(file => IsOwners(file));
    }

    [Fact]
    public void Waits_for_the_disk_and_for_others_on_its_connection()
    {
        using var connection = SqliteFile.Open(new() { Path = _folder.File });

        Pragma(connection, "synchronous").Should().Be(2L);
        Pragma(connection, "busy_timeout").Should().Be(2000L);
        Pragma(connection, "secure_delete").Should().Be(1L);
        Pragma(connection, "journal_mode").Should().Be("wal");
    }

    [Fact]
    public async Task Rejects_a_transaction_that_does_not_wait_for_the_disk()
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, null, "PRAGMA synchronous = NORMAL");
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        (await FluentActions.Awaiting(() => Store.AddAsync(Row("a"), transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>()).WithMessage("*synchronous*");
    }

    [Fact]
    public async Task Rejects_a_transaction_on_another_database()
    {
        using var folder = new TempFolder();
        using var other = new SqliteOutboxStore(new() { Path = folder.File });
        await other.OpenAsync(Cancelled);
        await using var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        (await FluentActions.Awaiting(() => Store.AddAsync(Row("a"), transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>()).WithMessage("*another database*");
    }

    [Fact]
    public async Task Is_drained_by_one_by_whatever_link_it_is_named()
    {
        var link = Path.Combine(_folder.Path, "link.db");
        File.CreateSymbolicLink(link, _folder.File);
        using var second = new SqliteOutboxStore(new() { Path = link }, Clock);

        (await second.TryOwnAsync(Cancelled)).Should().BeFalse();
        (await Store.TryOwnAsync(Cancelled)).Should().BeTrue();
    }

    // As somebody does who cleans up what looks old: it is never written to.
    [Fact]
    public async Task Is_drained_by_one_also_when_its_lock_file_was_removed()
    {
        File.Delete(_folder.File + ".drain");
        using var second = new SqliteOutboxStore(new() { Path = _folder.File }, Clock);

        (await second.TryOwnAsync(Cancelled)).Should().BeTrue();
        (await Store.TryOwnAsync(Cancelled)).Should().BeFalse();
        second.Dispose();
        (await Store.TryOwnAsync(Cancelled)).Should().BeTrue();
    }

    [Fact]
    public async Task Is_drained_by_one_and_taken_over_by_the_next()
    {
        using var second = new SqliteOutboxStore(new() { Path = _folder.File }, Clock);
        await Store.AddAsync(Row("a"), null, Cancelled);
        var held = (await ClaimAsync()).Single();
        var early = await second.TryOwnAsync(Cancelled);
        ((IDisposable)Store).Dispose();

        var owns = await second.TryOwnAsync(Cancelled);
        var claimed = await second.ClaimAsync(new("pay", "here", 10, TimeSpan.FromMinutes(1), true), Cancelled);

        (early, owns).Should().Be((false, true));
        claimed.Should().ContainSingle().Which.Fence.Should().NotBe(held.Fence);
        (await second.TryReplaceAsync(held with { State = OutboxState.Dead }, held.Fence, Cancelled)).Should().BeFalse();
    }

    [Fact]
    public async Task Leaves_a_callers_lease_to_the_caller_when_the_drain_changes()
    {
        await Store.AddAsync(Row("a") with { Holder = OutboxHolder.Caller, DueAt = Now + TimeSpan.FromSeconds(30) }, null, Cancelled);
        ((IDisposable)Store).Dispose();
        using var second = new SqliteOutboxStore(new() { Path = _folder.File }, Clock);
        await second.TryOwnAsync(Cancelled);

        (await second.ClaimAsync(new("pay", "here", 10, TimeSpan.FromMinutes(1), true), Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Rejects_a_file_of_a_newer_version()
    {
        await using (var connection = await ConnectAsync())
            await ExecuteAsync(connection, null, "UPDATE outbox_store SET version = 2");

        using var store = new SqliteOutboxStore(new() { Path = _folder.File });
        (await FluentActions.Awaiting(() => store.OpenAsync(Cancelled)).Should().ThrowAsync<OutboxUnavailableException>()).WithMessage("*version 2*");
    }

    [Fact]
    public async Task Says_so_when_it_is_full_and_goes_on_when_there_is_room()
    {
        using var folder = new TempFolder();
        using var store = new SqliteOutboxStore(new() { Path = folder.File, MaxFileBytes = 200 * 1024 }, Clock);
        var kept = 0;
        await FluentActions.Awaiting(async () =>
        {
            for (; kept < 1000; kept++)
                await store.AddAsync(Row($"{kept}") with { Payload = new byte[4000] }, null, Cancelled);
        }).Should().ThrowAsync<OutboxUnavailableException>();

        (await store.ListAsync(new() { Limit = 1000 }, Cancelled)).Should().HaveCount(kept);
        await store.TryDeleteAsync("1", 101, Cancelled);
        (await store.AddAsync(Row("room"), null, Cancelled)).Id.Should().Be("room");
    }

    [Fact]
    public async Task Has_what_was_kept_made_although_it_is_full()
    {
        using var folder = new TempFolder();
        using var store = new SqliteOutboxStore(new() { Path = folder.File, MaxFileBytes = 200 * 1024 }, Clock);
        await FillAsync(store);

        var claimed = await store.ClaimAsync(new("pay", "here", 256, TimeSpan.FromMinutes(1), IsOrderBlocked: true), Cancelled);
        foreach (var row in claimed)
            (await store.TryReplaceAsync(row with { State = OutboxState.Done, EndedAt = Now, Fence = 1, Reason = "200", Answer = new byte[300] }, row.Fence, Cancelled)).Should().BeTrue();

        claimed.Should().NotBeEmpty();
        (await store.AddAsync(Row("again") with { Key = "0" }, null, Cancelled)).Id.Should().Be("0");
    }

    [Fact]
    public async Task Is_full_for_transactions_too()
    {
        using var store = new SqliteOutboxStore(new() { Path = _folder.File, MaxFileBytes = 200 * 1024 }, Clock);
        await FillAsync(store);
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        (await store.AddAsync(Row("again") with { Key = "0" }, transaction, Cancelled)).Id.Should().Be("0");
        await FluentActions.Awaiting(() => store.AddAsync(Row("more"), transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();
    }

    // SQLite rolls the whole transaction back then.
    [Fact]
    public async Task Says_that_the_disk_is_full_in_the_middle_of_a_transaction()
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, null, $"PRAGMA max_page_count = {await ScalarAsync(connection, "PRAGMA page_count")}");
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        (await FluentActions.Awaiting(() => Store.AddAsync(Row("a") with { Payload = new byte[100_000] }, transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>())
            .WithMessage("The call was not kept, and the transaction has ended: *full*");
        await FluentActions.Awaiting(() => transaction.CommitAsync(Cancelled)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Says_so_when_nobody_can_drain_it()
    {
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.File + ".drain", Path.Combine(folder.Path, "gone", "lock"));
        using var store = new SqliteOutboxStore(new() { Path = folder.File }, Clock);

        await FluentActions.Awaiting(() => store.TryOwnAsync(Cancelled)).Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task Says_so_when_somebody_else_has_locked_it()
    {
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await ExecuteAsync(connection, transaction, "UPDATE outbox_store SET clock = clock");

        (await FluentActions.Awaiting(() => Store.AddAsync(Row("a"), null, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>()).WithMessage("*locked*");
    }

    [Fact]
    public async Task Fails_nobody_else_beside_one_that_cannot_be_kept()
    {
        await Store.AddAsync(Row("taken"), null, Cancelled);

        var others = Enumerable.Range(0, 100).Select(i => Store.AddAsync(Row($"{i}"), null, Cancelled)).ToArray();
        var bad = Store.AddAsync(Row("taken") with { Key = "another" }, null, Cancelled);
        var more = Enumerable.Range(100, 100).Select(i => Store.AddAsync(Row($"{i}"), null, Cancelled)).ToArray();

        await FluentActions.Awaiting(() => bad).Should().ThrowAsync<OutboxUnavailableException>();
        (await Task.WhenAll(others.Concat(more))).Should().HaveCount(200);
    }

    [Theory]
    [InlineData(DriveType.Network, "NTFS", true)]
    [InlineData(DriveType.Fixed, "NFS4", true)]
    [InlineData(DriveType.Unknown, "fuse.sshfs", true)]
    [InlineData(DriveType.Unknown, "fuse.glusterfs", true)]
    [InlineData(DriveType.Unknown, "virtiofs", true)]
    [InlineData(DriveType.Unknown, "fuse.gocryptfs", false)]
    [InlineData(DriveType.Fixed, "ext4", false)]
    [InlineData(DriveType.Ram, "tmpfs", false)]
    public void Is_not_made_on_a_network(DriveType type, string format, bool isNetwork) => SqliteFile.IsNetwork(type, format).Should().Be(isNetwork);

    private async Task FillAsync(SqliteOutboxStore store)
    {
        var isFull = false;
        for (var i = 0; !isFull && i < 10_000; i++)
            isFull = await Record.ExceptionAsync(() => store.AddAsync(Row($"{i}"), null, Cancelled)) is OutboxUnavailableException;
    }

    private protected override Task<IOutboxStore> MakeAsync() => Task.FromResult<IOutboxStore>(new SqliteOutboxStore(new() { Path = _folder.File }, Clock));

    private protected override Task EndAsync()
    {
        ((IDisposable)Store).Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    private protected override async Task<DbConnection> ConnectAsync()
    {
        var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private static bool IsOwners(string file) => OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    private static object? Pragma(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return command.ExecuteScalar();
    }
}
