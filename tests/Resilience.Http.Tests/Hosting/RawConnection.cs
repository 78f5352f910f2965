using System.Net.Sockets;

namespace Resilience.Http.Tests;

internal sealed class RawConnection(NetworkStream stream, ReplyScript script, Action<ReceivedRequest> received)
{
    public async Task ServeAsync(CancellationToken stopped)
    {
        await using (stream)
        {
            try
            {
                while (await HasRequestAsync(stopped) && await AnswerAsync(script.Next(), stopped))
                {
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The client left, or the test is over.
                Reset();
            }
        }
    }

    // Not through the stream, which would shut the connection down in an orderly way first.
    private void Reset() => stream.Socket.Close(timeout: 0);

    // A reply is taken when a request is there, not before: an idle connection must not hold one.
    private async Task<bool> HasRequestAsync(CancellationToken stopped)
        => await stream.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, stopped) > 0;

    private async Task<bool> AnswerAsync(Reply reply, CancellationToken stopped)
    {
        if (reply.ReadsRequest)
        {
            var request = await new RequestParser(stream).ReadAsync(stopped);
            received(request);
            await WriteAsync(reply, withContent: request.Method != "HEAD", stopped);
        }

        if (reply.Ending == Ending.Stall)
            await HasRequestAsync(stopped);
        if (reply.Ending == Ending.Reset)
            Reset();
        return reply.Ending == Ending.KeepAlive;
    }

    private async Task WriteAsync(Reply reply, bool withContent, CancellationToken stopped)
    {
        await stream.WriteAsync(reply.Head(), stopped);
        var content = withContent ? reply.Content() : [];
        if (reply.DripInterval is { } interval)
            await DripAsync(content, interval, stopped);
        else
            await stream.WriteAsync(content, stopped);
    }

    private async Task DripAsync(byte[] content, TimeSpan interval, CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        foreach (var drop in content)
        {
            await timer.WaitForNextTickAsync(stopped);
            await stream.WriteAsync(new[] { drop }, stopped);
        }
    }
}
