using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>The reading of the start of a body: so many bytes, until its end, its failure, or the end of one's patience.</summary>
internal sealed class BodyReading(Stream body, int count, Patience patience) : IDisposable
{
    private const int FirstRead = 4096;

    private readonly CancellationTokenSource _dropped = new();
    private byte[] _bytes = new byte[Math.Min(count, FirstRead)];
    private int _length;

    /// <summary>What was read.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Whether that is all of it.</summary>
    public bool IsAll { get; private set; }

    /// <summary>Why it could not be read to its end.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>A read that is still under way, into the bytes after those that were read.</summary>
    public Task<int>? Pending { get; private set; }

    public async ValueTask RunAsync()
    {
        try
        {
            while (_length < count && !IsAll)
            {
                if (_length == _bytes.Length)
                    Array.Resize(ref _bytes, (int)Math.Min(count, _length * 2L));

                // Without the caller's token, as a read that is cancelled takes the connection with it.
                Pending = body.ReadAsync(_bytes.AsMemory(_length), _dropped.Token).AsTask();
                if (!Pending.IsCompleted && !await patience.WaitForAsync(Pending).ConfigureAwait(false))
                {
                    Pending.LetGo();
                    return;
                }

                Take(await Pending.ConfigureAwait(false));
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            (Failure, Pending) = (ExceptionDispatchInfo.Capture(failure), null);
        }
    }

    /// <summary>
    /// To be called before the body is disposed. A read that is still under way takes the connection with it: the transport would drain that by another read, keep it
    /// when the first one ends, and the other would take the answer to the next request.
    /// </summary>
    public void Dispose()
    {
        if (Pending is { IsCompleted: false })
            _dropped.Cancel();
        _dropped.Dispose();
    }

    /// <summary>The bytes that a pending read has brought.</summary>
    public ReadOnlyMemory<byte> Take(int read)
    {
        var taken = _bytes.AsMemory(_length, read);
        (_length, IsAll, Pending) = (_length + read, read == 0, null);
        return taken;
    }
}
