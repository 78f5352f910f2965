using System.Net.Sockets;

namespace Resilience.Http.Testing;

/// <summary>A connection of a <see cref="ScriptedServer"/>.</summary>
internal sealed class SocketConnection(NetworkStream stream, ScriptedServer server)
{
    private TimeProvider Time => server.Upstream.Time;

    public static async Task ServeAsync(Socket socket, ScriptedServer server, CancellationToken stopped)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
            await new SocketConnection(stream, server).ServeAsync(stopped).ConfigureAwait(false);
    }

    private async Task ServeAsync(CancellationToken stopped)
    {
        try
        {
            while (await HasRequestAsync(stopped).ConfigureAwait(false) && await AnswerAsync(stopped).ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // The client left, or the server is disposed.
            Reset();
        }
    }

    // Not through the stream, which would shut the connection down in an orderly way first.
    private void Reset() => stream.Socket.Close(timeout: 0);

    // A step of the script is taken when a request is there, not before: an idle connection must not hold one.
    private async Task<bool> HasRequestAsync(CancellationToken stopped)
        => await stream.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, stopped).ConfigureAwait(false) > 0;

    private async Task<bool> AnswerAsync(CancellationToken stopped)
    {
        var step = server.Upstream.Script.Next(Time.GetUtcNow());
        if (step.Reply is { ReadsRequest: false })
        {
            Reset();
            return false;
        }

        var received = await new SocketRequestReader(stream).ReadAsync(Time, stopped).ConfigureAwait(false);
        var attempt = server.Receive(received);
        var reply = step.ReplyTo(attempt);
        if (reply.Answer is not null || reply.Failure is not null)
            throw new NotSupportedException("Reply.From and Reply.Throw are for upstreams in memory: a socket knows neither messages nor exceptions.");

        await WaitAsync(reply.Latency, stopped).ConfigureAwait(false);
        attempt.End(reply.ToString(), Time.GetUtcNow());
        await WriteAsync(reply, withContent: attempt.Method != "HEAD", stopped).ConfigureAwait(false);
        if (reply.Ending == ReplyEnding.Stall)
            await IdleAsync(HasRequestAsync(stopped)).ConfigureAwait(false);
        if (reply.Ending == ReplyEnding.Reset)
            Reset();
        return reply.Ending == ReplyEnding.KeepAlive;
    }

    private async Task WriteAsync(Reply reply, bool withContent, CancellationToken stopped)
    {
        await stream.WriteAsync(ReplyFraming.HeadOf(reply), stopped).ConfigureAwait(false);
        var content = withContent ? ReplyFraming.ContentOf(reply) : [];
        if (reply.DripInterval is not { } interval)
        {
            await stream.WriteAsync(content, stopped).ConfigureAwait(false);
            return;
        }

        foreach (var drop in content)
        {
            await WaitAsync(interval, stopped).ConfigureAwait(false);
            await stream.WriteAsync(new[] { drop }, stopped).ConfigureAwait(false);
        }
    }

    private Task WaitAsync(TimeSpan wait, CancellationToken stopped) => wait > TimeSpan.Zero ? IdleAsync(Task.Delay(wait, Time, stopped)) : Task.CompletedTask;

    // Meanwhile nothing is on its way, and a virtual clock may be advanced.
    private async Task IdleAsync(Task wait)
    {
        var activity = (Time as VirtualClock)?.Activity;
        activity?.Leave();
        try
        {
            await wait.ConfigureAwait(false);
        }
        finally
        {
            activity?.Enter();
        }
    }
}
