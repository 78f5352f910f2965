using System.Net;
using System.Runtime.InteropServices;

namespace Resilience.Http;

/// <summary>
/// The body of a kept call. It is read when there is a connection, for which the transport may have waited, and the machine slept, long after the request left <see cref="SentMark"/>: so it is the last to
/// look whether the key can still be trusted.
/// </summary>
internal sealed class EntryBody : ByteArrayContent
{
    private readonly OutboxSettings _settings;

    public EntryBody(ReadOnlyMemory<byte> body, OutboxSettings settings)
        : this(MemoryMarshal.TryGetArray(body, out var array) ? array : body.ToArray(), settings)
    {
    }

    private EntryBody(ArraySegment<byte> body, OutboxSettings settings)
        : base(body.Array ?? [], body.Offset, body.Count) => _settings = settings;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _settings.ThrowIfTooLate();
        return base.SerializeToStreamAsync(stream, context);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        return base.SerializeToStreamAsync(stream, context, cancellationToken);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        base.SerializeToStream(stream, context, cancellationToken);
    }
}
