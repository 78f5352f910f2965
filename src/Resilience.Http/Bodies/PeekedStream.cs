namespace Resilience.Http;

/// <summary>A body whose start was read already: gives that start again, then goes on with the rest, or fails again as it failed before.</summary>
internal sealed class PeekedStream(BodyReading reading, Stream rest, HttpContent owner) : ForwardOnlyStream
{
    private ReadOnlyMemory<byte> _start = reading.Bytes;

    public override bool CanRead => true;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_start.IsEmpty && reading.Pending is { } pending)
            _start = reading.Take(pending.GetAwaiter().GetResult());
        if (!_start.IsEmpty || reading.IsAll)
            return TakeStart(buffer);

        reading.Failure?.Throw();
        return rest.Read(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start.IsEmpty && reading.Pending is { } pending)
            _start = reading.Take(await pending.WaitAsync(cancellationToken).ConfigureAwait(false));
        if (!_start.IsEmpty || reading.IsAll)
            return TakeStart(buffer.Span);

        reading.Failure?.Throw();
        return await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            reading.Dispose();
            owner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int TakeStart(Span<byte> buffer)
    {
        var count = Math.Min(_start.Length, buffer.Length);
        _start.Span[..count].CopyTo(buffer);
        _start = _start[count..];
        return count;
    }
}
