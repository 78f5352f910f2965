using System.Data.Common;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What every store has to do. Each runs over a store of its own.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private protected ShiftedClock Clock { get; } = new();

    protected IOutboxStore Store { get; private set; } = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = await MakeAsync();
        await Store.OpenAsync(Cancelled);
        await Store.TryOwnAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Gives_back_what_it_was_given()
    {
        var row = Row("a") with
        {
            OrderingKey = "account",
            SentKey = "other",
            Payload = new byte[] { 1, 2 },
            FirstSentAt = Now,
            TryingSince = Now,
            Doubt = OutboxDoubt.Key,
            Tries = 7,
            Reason = "503",
            Status = 503,
            Answer = new byte[] { 3 },
            IsTold = true,
            EndedAt = Now,
            State = OutboxState.Dead,
            Holder = OutboxHolder.Caller,
            Epoch = 4,
        };

        await Store.AddAsync(row, null, Cancelled);

        (await Store.FindAsync("a", Cancelled)).Should().BeEquivalentTo(row, options => options.Excluding(other => other.Fingerprint).Excluding(other => other.Payload).Excluding(other => other.Answer));
    }

    [Fact]
    public async Task Keeps_one_entry_for_a_key()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);

        (await Store.AddAsync(Row("b") with { Key = "a" }, null, Cancelled)).Id.Should().Be("a");
        (await Store.AddAsync(Row("c") with { Key = "a", Client = "other" }, null, Cancelled)).Id.Should().Be("c");
    }

    [Fact]
    public async Task Gives_back_an_entry_that_is_added_once_more_as_it_is()
    {
        var row = Row("a");
        await Store.AddAsync(row, null, Cancelled);

        (await Store.AddAsync(row, null, Cancelled)).Fence.Should().Be(row.Fence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leaves_what_a_caller_holds_as_it_is_when_its_key_is_handed_in_again(bool isInTransaction)
    {
        var row = Row("a") with { Holder = OutboxHolder.Caller, DueAt = Now + TimeSpan.FromMinutes(1) };
        await Store.AddAsync(row, null, Cancelled);
        await using (var connection = await ConnectAsync())
        {
            await using var transaction = isInTransaction ? await connection.BeginTransactionAsync(Cancelled) : null;
            (await Store.AddAsync(Row("b") with { Key = "a" }, transaction, Cancelled)).Fence.Should().Be(row.Fence);
            await (transaction?.CommitAsync(Cancelled) ?? Task.CompletedTask);
        }

        (await Store.TryDeleteAsync("a", row.Fence, Cancelled)).Should().BeTrue();
    }

    // Who has added it may not have heard of its commit, and take it back by the fence.
    [Theory]
    [InlineData(OutboxHolder.Nobody, null)]
    [InlineData(OutboxHolder.Nobody, true)]
    [InlineData(OutboxHolder.Nobody, false)]
    [InlineData(OutboxHolder.Caller, null)]
    [InlineData(OutboxHolder.Caller, true)]
    [InlineData(OutboxHolder.Caller, false)]
    public async Task Lets_nobody_take_back_what_another_has_found(OutboxHolder holder, bool? commits)
    {
        var row = Row("a") with { Holder = holder };
        await Store.AddAsync(row, null, Cancelled);
        await using (var connection = await ConnectAsync())
        {
            await using var transaction = commits is null ? null : await connection.BeginTransactionAsync(Cancelled);
            (await Store.AddAsync(Row("b") with { Key = "a" }, transaction, Cancelled)).Id.Should().Be("a");
            if (commits is true)
                await transaction!.CommitAsync(Cancelled);
        }

        (await Store.TryDeleteAsync("a", row.Fence, Cancelled)).Should().Be(commits is false);
    }

    // It was stopped, not killed, and goes on when its lease is over.
    [Fact]
    public async Task Has_what_a_transaction_got_the_receipt_of_made_though_its_first_caller_gives_up_then()
    {
        await using var call = new HeldCall(Store);
        await call.BeginAsync();
        Clock.Advance(TimeSpan.FromDays(1));
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        var receipt = await call.Host.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled);
        await transaction.CommitAsync(Cancelled);

        await call.GiveUpAsync();

        (await Store.FindAsync(receipt.Id, Cancelled))!.State.Should().Be(OutboxState.Waiting);
    }

    [Fact]
    public async Task Leaves_what_is_being_sent_to_its_drain_when_its_key_is_handed_in_again()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);
        var claimed = (await ClaimAsync()).Single();

        (await Store.AddAsync(Row("b") with { Key = "a" }, null, Cancelled)).Fence.Should().Be(claimed.Fence);
    }

    [Theory]
    [InlineData(OutboxHolder.Caller, 2)]
    [InlineData(OutboxHolder.Nobody, 1)]
    public async Task Shortens_no_lease_that_a_caller_has_renewed_and_goes_on_holding(OutboxHolder holder, int minutes)
    {
        var row = Row("a") with { Holder = OutboxHolder.Caller, DueAt = Now + TimeSpan.FromMinutes(1) };
        await Store.AddAsync(row, null, Cancelled);
        await Store.TryReplaceAsync(row with { DueAt = row.DueAt + TimeSpan.FromMinutes(1) }, row.Fence, Cancelled);

        await Store.TryReplaceAsync(row with { Holder = holder, Fence = 1 }, row.Fence, Cancelled);

        (await Store.FindAsync("a", Cancelled))!.DueAt.Should().Be(row.DueAt + TimeSpan.FromMinutes(minutes - 1));
    }

    [Fact]
    public async Task Has_nothing_made_that_was_taken_back_though_its_key_was_handed_in_with_another_request()
    {
        await using var call = new HeldCall(Store);
        var first = await call.BeginAsync();

        var second = await Record.ExceptionAsync(() => call.Host.Client.SendAsync(PayHost.Charge(body: "amount=7"), Cancelled));
        await call.GiveUpAsync();

        second.Should().BeOfType<OutboxKeyReusedException>();
        (await Store.FindAsync(first.Id, Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Promises_nothing_within_a_transaction_that_may_not_be_committed()
    {
        await using var call = new HeldCall(Store);
        var first = await call.BeginAsync();
        await using (var connection = await ConnectAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            (await FluentActions.Awaiting(() => call.Host.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>()).WithMessage("*under way*");
            await transaction.CommitAsync(Cancelled);
        }

        await call.GiveUpAsync();

        (await Store.FindAsync(first.Id, Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Gives_the_receipt_of_a_caller_that_was_killed_within_a_transaction_too()
    {
        await using var call = new HeldCall(Store);
        var receipt = await call.Host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        var row = (await Store.FindAsync(receipt.Id, Cancelled))!;
        await Store.TryReplaceAsync(row with { Holder = OutboxHolder.Caller, DueAt = Now - TimeSpan.FromSeconds(1) }, row.Fence, Cancelled);
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        var again = await call.Host.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled);

        again.Should().Be(receipt);
    }

    [Fact]
    public async Task Claims_what_is_due_and_lends_it_to_one()
    {
        await Store.AddAsync(Row("now"), null, Cancelled);
        await Store.AddAsync(Row("later") with { DueAt = Now + TimeSpan.FromMinutes(1) }, null, Cancelled);

        var first = await ClaimAsync();
        var second = await ClaimAsync();

        first.Should().ContainSingle().Which.Should().Match<OutboxRow>(row => row.Id == "now" && row.Holder == OutboxHolder.Drain && row.TryingSince != null && row.Tries == 1);
        second.Should().BeEmpty();
    }

    [Fact]
    public async Task Claims_at_most_as_many_as_wanted_and_the_oldest_first()
    {
        foreach (var i in Enumerable.Range(0, 5))
            await Store.AddAsync(Row($"{i}") with { DueAt = Now - TimeSpan.FromSeconds(10 - i) }, null, Cancelled);

        (await ClaimAsync(limit: 4)).Select(row => row.Id).Should().BeEquivalentTo("0", "1", "2", "3");
    }

    [Fact]
    public async Task Counts_what_was_being_tried_as_sent_when_it_is_claimed_again()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);
        var first = (await ClaimAsync(lease: TimeSpan.Zero)).Single();

        var second = (await ClaimAsync()).Single();

        first.FirstSentAt.Should().BeNull();
        second.FirstSentAt.Should().Be(first.TryingSince);
        second.Fence.Should().NotBe(first.Fence);
    }

    [Fact]
    public async Task Takes_a_result_only_under_the_fence_it_was_claimed_with()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);
        var first = (await ClaimAsync(lease: TimeSpan.Zero)).Single();
        var second = (await ClaimAsync()).Single();

        var late = await Store.TryReplaceAsync(first with { State = OutboxState.Dead, Fence = 1 }, first.Fence, Cancelled);
        var right = await Store.TryReplaceAsync(second with { State = OutboxState.Done, EndedAt = Now, Fence = 2 }, second.Fence, Cancelled);

        (late, right).Should().Be((false, true));
        (await Store.FindAsync("a", Cancelled))!.State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Deletes_only_under_the_right_fence()
    {
        var row = Row("a");
        await Store.AddAsync(row, null, Cancelled);

        (await Store.TryDeleteAsync("a", row.Fence + 1, Cancelled)).Should().BeFalse();
        (await Store.TryDeleteAsync("a", row.Fence, Cancelled)).Should().BeTrue();
        (await Store.FindAsync("a", Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Gives_only_the_oldest_of_an_order()
    {
        foreach (var id in new[] { "a1", "a2", "b1" })
            await Store.AddAsync(Row(id) with { OrderingKey = id[..1] }, null, Cancelled);

        var heads = await ClaimAsync();
        var head = heads.Single(row => row.Id == "a1");
        await Store.TryReplaceAsync(head with { State = OutboxState.Dead, EndedAt = Now, Fence = 1, Holder = OutboxHolder.Nobody }, head.Fence, Cancelled);

        heads.Select(row => row.Id).Should().BeEquivalentTo("a1", "b1");
        (await ClaimAsync(isOrderBlocked: true)).Should().BeEmpty();
        (await ClaimAsync(isOrderBlocked: false)).Select(row => row.Id).Should().Equal("a2");
    }

    [Fact]
    public async Task Names_destinations_with_something_due_unless_they_are_paused()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);
        await Store.AddAsync(Row("b") with { Destination = "other" }, null, Cancelled);
        await Store.AddAsync(Row("c") with { Destination = "third", DueAt = Now + TimeSpan.FromHours(1) }, null, Cancelled);
        await Store.PauseAsync(new("pay", "other"), Now + TimeSpan.FromHours(1), Cancelled);
        await Store.PauseAsync(new("pay", "other"), Now, Cancelled);

        (await Store.FindDueAsync(Cancelled)).Should().Equal(new OutboxDestination("pay", "here"));
    }

    [Fact]
    public async Task Has_untold_ends_told_again_after_their_lease()
    {
        await Store.AddAsync(Row("told") with { State = OutboxState.Done, IsTold = true, EndedAt = Now }, null, Cancelled);
        await Store.AddAsync(Row("untold") with { State = OutboxState.Done, EndedAt = Now }, null, Cancelled);
        await Store.AddAsync(Row("leased") with { State = OutboxState.Done, EndedAt = Now, DueAt = Now + TimeSpan.FromHours(1) }, null, Cancelled);

        var first = await Store.ClaimUntoldAsync(10, TimeSpan.FromMinutes(1), Cancelled);
        var second = await Store.ClaimUntoldAsync(10, TimeSpan.FromMinutes(1), Cancelled);

        first.Select(row => row.Id).Should().Equal("untold");
        second.Should().BeEmpty();
    }

    [Fact]
    public async Task Forgets_what_ended_long_ago_and_was_told()
    {
        var old = Now - TimeSpan.FromDays(2);
        await Store.AddAsync(Row("old") with { State = OutboxState.Done, IsTold = true, EndedAt = old }, null, Cancelled);
        await Store.AddAsync(Row("untold") with { State = OutboxState.Done, EndedAt = old }, null, Cancelled);
        await Store.AddAsync(Row("young") with { State = OutboxState.Done, IsTold = true, EndedAt = Now }, null, Cancelled);
        await Store.AddAsync(Row("dead") with { State = OutboxState.Dead, IsTold = true, EndedAt = old }, null, Cancelled);

        (await Store.ForgetAsync(new("pay", OutboxState.Done, Now - TimeSpan.FromDays(1)), Cancelled)).Should().Be(1);
        (await Store.ListAsync(new(), Cancelled)).Select(row => row.Id).Should().Equal("dead", "untold", "young");
    }

    [Fact]
    public async Task Forgets_no_dead_letter_that_others_wait_behind()
    {
        var old = Now - TimeSpan.FromDays(2);
        var behind = Row("a2") with { OrderingKey = "a" };
        await Store.AddAsync(Row("a1") with { OrderingKey = "a", State = OutboxState.Dead, IsTold = true, EndedAt = old }, null, Cancelled);
        await Store.AddAsync(behind, null, Cancelled);
        var ended = new OutboxEnded("pay", OutboxState.Dead, Now - TimeSpan.FromDays(1));

        var early = await Store.ForgetAsync(ended, Cancelled);
        await Store.TryReplaceAsync(behind with { State = OutboxState.Cancelled, IsTold = true, EndedAt = Now }, behind.Fence, Cancelled);

        (early, await Store.ForgetAsync(ended, Cancelled)).Should().Be((0, 1));
    }

    [Fact]
    public async Task Lists_page_by_page()
    {
        foreach (var i in Enumerable.Range(0, 5))
            await Store.AddAsync(Row($"{i}") with { State = i == 3 ? OutboxState.Dead : OutboxState.Waiting, EndedAt = i == 3 ? Now : null }, null, Cancelled);

        (await Store.ListAsync(new() { Limit = 2, After = "1" }, Cancelled)).Select(row => row.Id).Should().Equal("2", "3");
        (await Store.ListAsync(new() { State = OutboxState.Dead, Client = "pay" }, Cancelled)).Select(row => row.Id).Should().Equal("3");
        (await Store.CountAsync(Cancelled)).Select(count => (count.State, count.Entries)).Should().BeEquivalentTo([(OutboxState.Waiting, 4L), (OutboxState.Dead, 1L)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_kept_with_the_callers_transaction_or_not_at_all(bool commits)
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, null, "CREATE TABLE business (id INTEGER)");
        await using (var transaction = await connection.BeginTransactionAsync(Cancelled))
        {
            await ExecuteAsync(connection, transaction, "INSERT INTO business VALUES (1)");
            await Store.AddAsync(Row("a"), transaction, Cancelled);
            await (commits ? transaction.CommitAsync(Cancelled) : transaction.RollbackAsync(Cancelled));
        }

        (await Store.FindAsync("a", Cancelled) is not null).Should().Be(commits);
        (await ScalarAsync(connection, "SELECT count(*) FROM business")).Should().Be(commits ? 1 : 0);
    }

    [Fact]
    public async Task Leaves_the_callers_transaction_alive_when_it_cannot_keep()
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, null, "CREATE TABLE business (id INTEGER)");
        await ExecuteAsync(connection, null, "ALTER TABLE outbox_entry RENAME TO outbox_gone");
        await using (var transaction = await connection.BeginTransactionAsync(Cancelled))
        {
            await FluentActions.Awaiting(() => Store.AddAsync(Row("a"), transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();
            await ExecuteAsync(connection, transaction, "INSERT INTO business VALUES (1)");
            await transaction.CommitAsync(Cancelled);
        }

        (await ScalarAsync(connection, "SELECT count(*) FROM business")).Should().Be(1);
    }

    [Fact]
    public async Task Gives_the_first_receipt_within_a_transaction_too()
    {
        await Store.AddAsync(Row("a"), null, Cancelled);
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        (await Store.AddAsync(Row("b") with { Key = "a" }, transaction, Cancelled)).Id.Should().Be("a");
    }

    private protected abstract Task<IOutboxStore> MakeAsync();

    private protected abstract Task EndAsync();

    private protected abstract Task<DbConnection> ConnectAsync();

    protected DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Store.Now.ToUnixTimeMilliseconds());

    private protected OutboxRow Row(string id) => new()
    {
        Id = id,
        Client = "pay",
        Key = id,
        Destination = "here",
        Fingerprint = new byte[] { 1 },
        KeptAt = Now,
        DueAt = Now - TimeSpan.FromSeconds(1),
        Fence = id.Length + 100,
    };

    private protected Task<IReadOnlyList<OutboxRow>> ClaimAsync(int limit = 10, TimeSpan? lease = null, bool isOrderBlocked = true)
        => Store.ClaimAsync(new("pay", "here", limit, lease ?? TimeSpan.FromMinutes(1), isOrderBlocked), Cancelled);

    private protected static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql)
    {
        await using var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private protected static async Task<long> ScalarAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancelled), System.Globalization.CultureInfo.InvariantCulture);
    }
}
