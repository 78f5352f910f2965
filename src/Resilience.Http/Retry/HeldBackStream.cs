namespace Resilience.Http;

/// <summary>Holds back what is written until it is released or exceeds a limit; from then on everything goes straight to the target.</summary>
internal sealed class HeldBackStream(Stream target, long limit) : ForwardOnlyStream
{
    private readonly MemoryStream _held = new();

    public bool IsReleased { get; private set; }

    public override bool CanWrite => true;

    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (IsReleased)
            return;

        IsReleased = true;
        await target.WriteAsync(_held.GetBuffer().AsMemory(0, (int)_held.Length), cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsReleased && _held.Length + buffer.Length <= limit)
        {
            _held.Write(buffer.Span);
            return;
        }

        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        await target.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
        => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => target.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _held.Dispose();
        base.Dispose(disposing);
    }
}
