using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.Testing;

/// <summary>
/// The script of an upstream as a server on a loopback socket, in HTTP/1.1: for what only the wire shows, and for failures that no web server can be made to
/// commit. Where a script refuses connections, it resets them. Safe for concurrent use.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable, IDisposable
{
    // Bound, so that nobody else gets the port, but not listening.
    private static readonly Socket Refusing = Bind();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Socket _listener = Bind();
    private readonly Task _serving;
    private int _connections;

    internal ScriptedServer(ScriptedUpstream upstream)
    {
        Upstream = upstream;
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>An address on which nothing listens.</summary>
    public static Uri RefusedUrl => UrlOf(Refusing);

    /// <summary>Its address.</summary>
    public Uri Url => UrlOf(_listener);

    /// <summary>The upstream whose script it answers with.</summary>
    public ScriptedUpstream Upstream { get; }

    /// <summary>What reached it so far, in order.</summary>
    public IReadOnlyList<UpstreamAttempt> Attempts => Upstream.Attempts;

    /// <summary>How many connections were accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts a server.</summary>
    /// <param name="replies">One for each request, whatever its connection; the last one for good; 200 if there is none.</param>
    /// <returns>The server.</returns>
    public static ScriptedServer Start(params Reply[] replies) => Start(script =>
    {
        foreach (var reply in replies)
            script.Then(reply);
    });

    /// <summary>Starts a server.</summary>
    /// <param name="script">Writes the script.</param>
    /// <returns>The server.</returns>
    public static ScriptedServer Start(Action<UpstreamScript> script) => new ScriptedUpstream(script).Listen();

    /// <summary>Completes once for every request that is read, so that a test can act while it is being answered.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The request; not the same twice.</returns>
    public Task<UpstreamAttempt> WaitForAttemptAsync(CancellationToken cancellationToken = default) => Upstream.WaitForAttemptAsync(cancellationToken);

    /// <summary>Closes its connections and waits until they are closed.</summary>
    /// <returns>A task that ends then.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(false);
        _listener.Dispose();
        _stopped.Dispose();
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
        _stopped.Dispose();
    }

    /// <summary>Takes a request down. All count as one call.</summary>
    internal UpstreamAttempt Receive(Func<UpstreamAttempt?, UpstreamAttempt> received) => Upstream.Log.Add(this, received);

    /// <summary>A handler that sends everything here, in the place of another, on the clock of the container.</summary>
    internal HttpMessageHandler CreateHandler(HttpMessageHandler replaced, IServiceProvider services)
    {
        Upstream.CreateHandler(replaced, services);
        return new WireHandler(this) { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = Upstream.FollowsRedirects, UseProxy = false } };
    }

    private static Uri UrlOf(Socket socket) => new($"http://{socket.LocalEndPoint}/");

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        var stopped = _stopped.Token;
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(stopped).ConfigureAwait(false);
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                connections.Add(SocketConnection.ServeAsync(socket, this, stopped));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(connections).ConfigureAwait(false);
        }
    }
}
