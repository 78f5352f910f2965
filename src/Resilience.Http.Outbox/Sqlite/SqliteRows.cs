using System.Data.Common;

namespace Resilience.Http;

/// <summary>An entry as columns. Times are milliseconds since 1970.</summary>
internal static class SqliteRows
{
    public const string Columns = """
        id, client, key, sent_key, destination, ordering_key, fingerprint, payload, kept_at, state, due_at, holder, epoch, fence, first_sent_at, trying_since,
        doubt, tries, reason, status, answer, told, ended_at
        """;

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

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
        State = (OutboxState)Number(row, 9),
        DueAt = Time(row.GetInt64(10)),
        Holder = (OutboxHolder)Number(row, 11),
        Epoch = row.GetInt64(12),
        Fence = row.GetInt64(13),
        FirstSentAt = row.IsDBNull(14) ? null : Time(row.GetInt64(14)),
        TryingSince = row.IsDBNull(15) ? null : Time(row.GetInt64(15)),
        Doubt = (OutboxDoubt)Number(row, 16),
        Tries = Number(row, 17),
        Reason = row.IsDBNull(18) ? null : row.GetString(18),
        Status = row.IsDBNull(19) ? null : Number(row, 19),
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

    // Whoever can write the file can write any number, and one entry that cannot be read must not stop the others.
    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Earliest, Latest));

    private static int Number(DbDataReader row, int column) => (int)Math.Clamp(row.GetInt64(column), int.MinValue, int.MaxValue);

    // Mostly it is a whole array already.
    private static byte[] Bytes(ReadOnlyMemory<byte> bytes)
        => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array) && array.Array is { } whole && whole.Length == bytes.Length ? whole : bytes.ToArray();
}
