using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Resilience.Http;

/// <summary>An entry as columns.</summary>
internal static class PostgreSqlRows
{
    public static OutboxRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Client = row.GetString(1),
        Key = row.GetString(2),
        SentKey = Text(row, 3),
        Destination = row.GetString(4),
        OrderingKey = Text(row, 5),
        Fingerprint = row.GetFieldValue<byte[]>(6),
        Payload = row.GetFieldValue<byte[]>(7),
        KeptAt = row.GetFieldValue<DateTimeOffset>(8),
        State = (OutboxState)row.GetInt32(9),
        DueAt = row.GetFieldValue<DateTimeOffset>(10),
        Holder = (OutboxHolder)row.GetInt32(11),
        Epoch = row.GetInt64(12),
        Fence = row.GetInt64(13),
        FirstSentAt = Time(row, 14),
        TryingSince = Time(row, 15),
        Doubt = (OutboxDoubt)row.GetInt32(16),
        Tries = row.GetInt32(17),
        Reason = Text(row, 18),
        Status = row.IsDBNull(19) ? null : row.GetInt32(19),
        Answer = row.GetFieldValue<byte[]>(20),
        IsTold = row.GetBoolean(21),
        EndedAt = Time(row, 22),
    };

    /// <summary>The values in the order of the columns.</summary>
    public static NpgsqlParameter[] Write(OutboxRow row) =>
    [
        Text(row.Id), Text(row.Client), Text(row.Key), Text(row.SentKey), Text(row.Destination), Text(row.OrderingKey), Bytes(row.Fingerprint), Bytes(row.Payload), Time(row.KeptAt),
        Number((int)row.State), Time(row.DueAt), Number((int)row.Holder), Big(row.Epoch), Big(row.Fence), Time(row.FirstSentAt), Time(row.TryingSince),
        Number((int)row.Doubt), Number(row.Tries), Text(row.Reason), Number(row.Status), Bytes(row.Answer), new NpgsqlParameter<bool> { TypedValue = row.IsTold }, Time(row.EndedAt),
    ];

    /// <summary>The values of a replacement.</summary>
    public static NpgsqlParameter[] WriteChange(OutboxRow row, long fence)
    {
        var all = Write(row);
        return [all[0], Big(fence), all[3], all[7], all[9], all[10], all[11], all[12], all[13], .. all[14..]];
    }

    public static NpgsqlParameter Text(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value is null ? DBNull.Value : value };

    public static NpgsqlParameter Number(int? value) => new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = value is { } known ? known : DBNull.Value };

    public static NpgsqlParameter Big(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlParameter Time(DateTimeOffset? value) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = value is { } known ? known.ToUniversalTime() : DBNull.Value };

    public static NpgsqlParameter Span(TimeSpan value) => new NpgsqlParameter<TimeSpan> { TypedValue = value };

    private static NpgsqlParameter Bytes(ReadOnlyMemory<byte> value) => new() { NpgsqlDbType = NpgsqlDbType.Bytea, Value = value.ToArray() };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
