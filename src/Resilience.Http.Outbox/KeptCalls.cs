using System.Data.Common;

namespace Resilience.Http;

/// <inheritdoc cref="IOutbox"/>
internal sealed class KeptCalls(IOutboxStore store, OutboxClients clients, OutboxDrain drain, TimeProvider? time = null) : IOutbox
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<OutboxReceipt> EnqueueAsync(string client, HttpRequestMessage request, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var outbox = clients.Find(client) ?? throw new KeyNotFoundException($"Client '{client}' has no outbox.");
        var key = outbox.KeyOf(request);
        var address = outbox.AddressOf(request);
        var content = await RequestReader.ReadAsync(request, address, outbox, cancellationToken).ConfigureAwait(false);
        await (transaction is null ? outbox.OpenAsync(cancellationToken) : store.EnsureOpenAsync(cancellationToken)).ConfigureAwait(false);
        var row = outbox.NewRow(content, address, key, OutboxSettings.Of(request)?.OrderingKey);
        var kept = await outbox.AddAsync(row, content, transaction, cancellationToken).ConfigureAwait(false);
        if (transaction is null)
            Wake();
        return new(kept.Row.Id);
    }

    public async Task<OutboxEntry?> FindAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default)
        => await store.FindAsync(receipt.Id, cancellationToken).ConfigureAwait(false) is { } row ? new(row) : null;

    public async Task<OutboxEntry> WaitAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var entry = await FindAsync(receipt, cancellationToken).ConfigureAwait(false) ?? throw new KeyNotFoundException($"There is no kept call {receipt}.");
            if (entry.State is not OutboxState.Waiting)
                return entry;
            await Task.Delay(Poll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<OutboxAnswer?> GetAnswerAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default)
        => await store.FindAsync(receipt.Id, cancellationToken).ConfigureAwait(false) is { Status: not null } row && clients.Find(row.Client) is { } client ? client.AnswerOf(row) : null;

    public async Task<IReadOnlyList<OutboxEntry>> ListAsync(OutboxFilter filter, CancellationToken cancellationToken = default)
        => [.. (await store.ListAsync(filter, cancellationToken).ConfigureAwait(false)).Select(row => new OutboxEntry(row))];

    public async Task<bool> TryCancelAsync(OutboxReceipt receipt, CancellationToken cancellationToken = default)
    {
        var row = await store.FindAsync(receipt.Id, cancellationToken).ConfigureAwait(false);
        if (row is not { State: OutboxState.Waiting or OutboxState.Dead } || (row.Holder is not OutboxHolder.Nobody && row.DueAt > store.Now))
            return false;

        var cancelled = row.Tried(mayHaveBeenProcessed: true).Ends(OutboxState.Cancelled, "cancelled", store.Now, tellUntil: null);
        return await store.TryReplaceAsync(cancelled, row.Fence, cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> TryReviveAsync(OutboxReceipt receipt, bool newKey = false, CancellationToken cancellationToken = default)
    {
        var row = await store.FindAsync(receipt.Id, cancellationToken).ConfigureAwait(false);
        if (row is not { State: OutboxState.Dead, Payload.IsEmpty: false })
            return false;

        // Nobody would write it there.
        if (newKey && clients.Find(row.Client) is { Profile.Carrier: IdempotencyKeyCarrier.Body, Options.OnRestore: null })
            throw new InvalidOperationException($"Client '{row.Client}': a new key cannot be sent, because the key is in the body. Set Outbox.OnRestore, and write OutboxCall.SentKey there.");

        var revived = row.Tried(mayHaveBeenProcessed: false) with { SentKey = newKey ? Guid.NewGuid().ToString() : row.SentKey, FirstSentAt = null, Status = null, Answer = default, IsTold = false, EndedAt = null };
        var isRevived = await store.TryReplaceAsync(revived.Waits(store.Now, "revived"), row.Fence, cancellationToken).ConfigureAwait(false);
        Wake();
        return isRevived;
    }

    public void Wake() => drain.Wake();
}
