namespace Resilience.Http.Tests;

/// <summary>A body that keeps its reader waiting until it arrives.</summary>
internal sealed class LateStream(byte[] body) : ForwardOnlyStream
{
    private readonly TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _position;

    public override bool CanRead => true;

    public int Reads { get; private set; }

    public void Arrive() => _arrival.SetResult();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        await _arrival.Task.WaitAsync(cancellationToken);
        var count = Math.Min(buffer.Length, body.Length - _position);
        body.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
