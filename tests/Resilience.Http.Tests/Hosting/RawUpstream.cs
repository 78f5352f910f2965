using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.Tests;

/// <summary>An HTTP/1.1 upstream on a bare loopback socket, for the failures that no web server can be made to commit.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    // Bound, so that nobody else gets the port, but not listening.
    private static readonly Socket Refusing = Bind();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Socket _listener = Bind();
    private readonly ReplyScript _script;
    private readonly Task _serving;
    private int _connections;

    private RawUpstream(Reply[] replies)
    {
        _script = new ReplyScript(replies);
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Url => UrlOf(_listener);

    /// <summary>The requests that were read, in the order of their arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>How many connections were accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <param name="replies">One per request, whatever its connection; the last one repeats.</param>
    public static RawUpstream Start(params Reply[] replies) => new(replies);

    /// <summary>An address on which nothing listens.</summary>
    public static string RefusedUrl() => UrlOf(Refusing);

    /// <summary>Completes once for every request that was read, so that a test can act while it is being answered.</summary>
    public Task WaitForRequestAsync(CancellationToken cancellationToken) => _arrived.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _serving;
        _listener.Dispose();
        _arrived.Dispose();
        _stopped.Dispose();
    }

    private static string UrlOf(Socket socket) => $"http://{socket.LocalEndPoint}";

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Receive(ReceivedRequest request)
    {
        _requests.Enqueue(request);
        _arrived.Release();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stopped.Token);
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                connections.Add(new RawConnection(new NetworkStream(socket, ownsSocket: true), _script, Receive).ServeAsync(_stopped.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }
}
