using System.Data.Common;

namespace Resilience.Http;

/// <summary>An entry as columns. Times are milliseconds since 1970.</summary>
internal static class SqliteRows
{
    public const string Columns = """
        id, client, key, destination, ordering_key, fingerprint, payload, kept_at, state, due_at, holder, epoch, fence, first_sent_at, trying_since,
        asks, tries, reason, status, answer, told, ended_at
        """;

    public static OutboxRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Client = row.GetString(1),
        Key = row.GetString(2),
        Destination = row.GetString(3),
        OrderingKey = row.IsDBNull(4) ? null : row.GetString(4),
        Fingerprint = row.GetFieldValue<byte[]>(5),
        Payload = row.GetFieldValue<byte[]>(6),
        KeptAt = Time(row.GetInt64(7)),
        State = (OutboxState)row.GetInt32(8),
        DueAt = Time(row.GetInt64(9)),
        Holder = (OutboxHolder)row.GetInt32(10),
        Epoch = row.GetInt64(11),
        Fence = row.GetInt64(12),
        FirstSentAt = row.IsDBNull(13) ? null : Time(row.GetInt64(13)),
        TryingSince = row.IsDBNull(14) ? null : Time(row.GetInt64(14)),
        MustAsk = row.GetBoolean(15),
        Tries = row.GetInt32(16),
        Reason = row.IsDBNull(17) ? null : row.GetString(17),
        Status = row.IsDBNull(18) ? null : row.GetInt32(18),
        Answer = row.GetFieldValue<byte[]>(19),
        IsTold = row.GetBoolean(20),
        EndedAt = row.IsDBNull(21) ? null : Time(row.GetInt64(21)),
    };

    /// <summary>The values in the order of <see cref="Columns"/>.</summary>
    public static object?[] Write(OutboxRow row) =>
    [
        row.Id, row.Client, row.Key, row.Destination, row.OrderingKey, Bytes(row.Fingerprint), Bytes(row.Payload), Time(row.KeptAt), (long)row.State, Time(row.DueAt),
        (long)row.Holder, row.Epoch, row.Fence, Time(row.FirstSentAt), Time(row.TryingSince), row.MustAsk ? 1L : 0L, (long)row.Tries, row.Reason, (long?)row.Status,
        Bytes(row.Answer), row.IsTold ? 1L : 0L, Time(row.EndedAt),
    ];

    public static long Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // Mostly it is a whole array already.
    private static byte[] Bytes(ReadOnlyMemory<byte> bytes)
        => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array) && array.Array is { } whole && whole.Length == bytes.Length ? whole : bytes.ToArray();
}
