using System.Data.Common;

namespace Resilience.Http;

/// <summary>An entry as columns. Times are milliseconds since 1970.</summary>
internal static class SqliteRows
{
    public const string Columns = """
        id, client, key, sent_key, destination, ordering_key, fingerprint, payload, kept_at, state, due_at, holder, epoch, fence, first_sent_at, trying_since,
        doubt, tries, reason, status, answer, told, ended_at
        """;

    public static OutboxRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Client = row.GetString(1),
        Key = row.GetString(2),
        SentKey = row.IsDBNull(3) ? null : row.GetString(3),
        Destination = row.GetString(4),
        OrderingKey = row.IsDBNull(5) ? null : row.GetString(5),
        Fingerprint = row.GetFieldValue<byte[]>(6),
        Payload = row.GetFieldValue<byte[]>(7),
        KeptAt = Time(row.GetInt64(8)),
        State = (OutboxState)row.GetInt32(9),
        DueAt = Time(row.GetInt64(10)),
        Holder = (OutboxHolder)row.GetInt32(11),
        Epoch = row.GetInt64(12),
        Fence = row.GetInt64(13),
        FirstSentAt = row.IsDBNull(14) ? null : Time(row.GetInt64(14)),
        TryingSince = row.IsDBNull(15) ? null : Time(row.GetInt64(15)),
        Doubt = (OutboxDoubt)row.GetInt32(16),
        Tries = row.GetInt32(17),
        Reason = row.IsDBNull(18) ? null : row.GetString(18),
        Status = row.IsDBNull(19) ? null : row.GetInt32(19),
        Answer = row.GetFieldValue<byte[]>(20),
        IsTold = row.GetBoolean(21),
        EndedAt = row.IsDBNull(22) ? null : Time(row.GetInt64(22)),
    };

    /// <summary>The values in the order of <see cref="Columns"/>.</summary>
    public static object?[] Write(OutboxRow row) =>
    [
        row.Id, row.Client, row.Key, row.SentKey, row.Destination, row.OrderingKey, Bytes(row.Fingerprint), Bytes(row.Payload), Time(row.KeptAt), (long)row.State, Time(row.DueAt),
        (long)row.Holder, row.Epoch, row.Fence, Time(row.FirstSentAt), Time(row.TryingSince), (long)row.Doubt, (long)row.Tries, row.Reason, (long?)row.Status,
        Bytes(row.Answer), row.IsTold ? 1L : 0L, Time(row.EndedAt),
    ];

    public static long Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // Mostly it is a whole array already.
    private static byte[] Bytes(ReadOnlyMemory<byte> bytes)
        => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array) && array.Array is { } whole && whole.Length == bytes.Length ? whole : bytes.ToArray();
}
