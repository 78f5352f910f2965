using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Resilience.Http.Tests;

/// <summary>A server that speaks just enough HTTP/2 (RFC 9113) to turn requests away, so many times, and then answers 200.</summary>
internal sealed class Http2Upstream : IDisposable
{
    private const int Preface = 24;
    private const int Header = 9;
    private const int Closed = -1;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<int, (byte[] Frame, bool Closes)> _turnAway;
    private readonly int _times;
    private readonly bool _waitsForBody;
    private readonly uint? _window;
    private int _requests;

    /// <param name="times">How many requests are turned away.</param>
    /// <param name="turnAway">Gives the frame for a stream, and whether the connection is closed after it.</param>
    /// <param name="waitsForBody">Whether it answers only when some of the request's body has come. It never asks for more than a window of it.</param>
    /// <param name="window">How many bytes of a body it takes unasked. With one, those that are not turned away are answered when all of the body has come.</param>
    public Http2Upstream(int times, Func<int, (byte[] Frame, bool Closes)> turnAway, bool waitsForBody = false, uint? window = null)
    {
        (_times, _turnAway, _waitsForBody, _window) = (times, turnAway, waitsForBody, window);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The last frame of a body that has come.</summary>
    public string Body { get; private set; } = "";

    public static byte[] ResetStream(int stream, uint error) => Frame(type: 3, flags: 0, stream, Words(error));

    /// <summary>From now on, bodies of all streams may have so many bytes.</summary>
    public static byte[] Window(uint size) => Frame(type: 4, flags: 0, stream: 0, [0, 4, .. Words(size)]);

    public static byte[] GoAway(int lastStream, uint error) => Frame(type: 7, flags: 0, stream: 0, Words((uint)lastStream, error));

    /// <summary>The beginning of a 200, 204 or 304: its body is to follow.</summary>
    public static byte[] Headers(int stream, int? length = null, int status = 200)
    {
        var indexed = (byte)(status switch { 204 => 0x89, 304 => 0x8B, _ => 0x88 });
        return Frame(type: 1, flags: 4, stream, length is { } digit ? [indexed, 0x0F, 0x0D, 1, (byte)('0' + digit)] : [indexed]);
    }

    /// <summary>All of a response.</summary>
    public static byte[] Answer(int stream, int status = 200) => Frame(type: 1, flags: 5, stream, [0x08, 3, .. Encoding.ASCII.GetBytes($"{status}")]);

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
        _stopped.Dispose();
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[Header + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, Header);
        return frame;
    }

    private static byte[] Words(params uint[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 4), words[i]);
        return bytes;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.ReadExactlyAsync(new byte[Preface], _stopped.Token);
                await stream.WriteAsync(_window is { } window ? Window(window) : Frame(type: 4, flags: 0, stream: 0, []), _stopped.Token);
                for (var answered = 0; answered != Closed;)
                    answered = await AnswerAsync(stream, answered);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
            }
        }
    }

    /// <returns>The stream that was answered last.</returns>
    private async Task<int> AnswerAsync(NetworkStream stream, int answered)
    {
        var (type, ends, id) = await ReadFrameAsync(stream);
        if (id == answered || type > 1)
            return answered;

        var begins = type == (_waitsForBody ? 0 : 1);
        if (begins && Interlocked.Increment(ref _requests) <= _times)
            return await WriteAsync(stream, id, _turnAway(id));
        return (begins && _window is null) || (ends && _window is not null) ? await WriteAsync(stream, id, (Answer(id), false)) : answered;
    }

    private async Task<int> WriteAsync(NetworkStream stream, int id, (byte[] Frame, bool Closes) answer)
    {
        await stream.WriteAsync(answer.Frame, _stopped.Token);
        return answer.Closes ? Closed : id;
    }

    private async Task<(byte Type, bool Ends, int Stream)> ReadFrameAsync(NetworkStream stream)
    {
        var header = new byte[Header];
        await stream.ReadExactlyAsync(header, _stopped.Token);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8];
        await stream.ReadExactlyAsync(payload, _stopped.Token);
        if (header[3] == 0 && payload.Length > 0)
            Body = Encoding.UTF8.GetString(payload);
        return (header[3], (header[4] & 1) == 1, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
    }
}
