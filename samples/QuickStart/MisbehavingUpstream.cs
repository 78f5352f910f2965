using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QuickStart;

/// <summary>An HTTP/1.1 server on a bare socket, so that it can do what no web framework lets it: reset, stall, break off.</summary>
internal sealed class MisbehavingUpstream : IAsyncDisposable
{
    private const int RequestsPerSecond = 30;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<string, string> _replies = new();
    private readonly ConcurrentDictionary<string, int> _orders = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly Task _accepting;
    private int _requests;
    private long _second;
    private int _inSecond;

    public MisbehavingUpstream()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    public Weather Weather => Schedule.At(TimeProvider.System.GetElapsedTime(_started));

    /// <summary>Orders that were placed more than once.</summary>
    public int Duplicates => _orders.Values.Count(times => times > 1);

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopped.Dispose();
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
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                while (await WireRequest.ReadAsync(stream, _stopped.Token) is { } request && await AnswerAsync(connection, stream, request))
                {
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client left, or the demo is over.
            }
        }
    }

    /// <returns>Whether the connection stays open.</returns>
    private async Task<bool> AnswerAsync(TcpClient connection, NetworkStream stream, WireRequest request)
    {
        var number = Interlocked.Increment(ref _requests);
        switch (Weather)
        {
            case Weather.RateLimit when IsOverLimit():
                return await WriteAsync(stream, "429 Too Many Requests", "slow down", "Retry-After: 1\r\n");
            case Weather.BurstsOf503 when number % 10 < 4:
                return await WriteAsync(stream, "503 Service Unavailable", "overloaded");
            case Weather.Resets when number % 5 == 0:
                // After the order was placed: the client cannot know.
                Execute(request);
                connection.LingerState = new LingerOption(true, 0);
                return false;
            case Weather.Stalls when number % 5 == 0:
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it, and then"u8.ToArray(), _stopped.Token);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopped.Token);
                return false;
            case Weather.Outage:
                return await WriteAsync(stream, "503 Service Unavailable", "out of order");
            default:
                return await WriteAsync(stream, "200 OK", Execute(request));
        }
    }

    private bool IsOverLimit()
    {
        var second = TimeProvider.System.GetTimestamp() / TimeProvider.System.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) != second)
            Volatile.Write(ref _inSecond, 0);
        return Interlocked.Increment(ref _inSecond) > RequestsPerSecond;
    }

    /// <summary>Places an order once per idempotency key, as a payment provider does; without a key, every time it is asked.</summary>
    private string Execute(WireRequest request)
    {
        if (request.Method != "POST")
            return "an item";

        return request.IdempotencyKey is { } key
            ? _replies.GetOrAdd(key, _ => Place(request.Body))
            : Place(request.Body);
    }

    private string Place(string order) => $"placed {_orders.AddOrUpdate(order, 1, (_, times) => times + 1)} times";

    private async Task<bool> WriteAsync(NetworkStream stream, string status, string body, string headers = "")
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}"), _stopped.Token);
        return true;
    }
}
