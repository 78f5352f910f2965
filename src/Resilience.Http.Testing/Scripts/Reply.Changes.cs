using System.Globalization;

namespace Resilience.Http.Testing;

public sealed partial record Reply
{
    /// <summary>The reply with a header.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, sent as it is.</param>
    /// <returns>The reply.</returns>
    public Reply WithHeader(string name, string value) => this with { Headers = Headers.Add((name, value)) };

    /// <summary>The reply with a <c>Retry-After</c>.</summary>
    /// <param name="seconds">Whole seconds.</param>
    /// <returns>The reply.</returns>
    public Reply WithRetryAfter(int seconds) => WithHeader("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>The reply with another body.</summary>
    /// <param name="body">The body.</param>
    /// <returns>The reply.</returns>
    public Reply WithBody(byte[] body) => this with { Body = body };

    /// <summary>The reply with a fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <returns>The reply; another one altogether if the fault leaves nothing of it.</returns>
    public Reply With(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.Change(this);
    }

    /// <summary>Sends the body as one chunk and its end, instead of announcing its length.</summary>
    /// <returns>The reply.</returns>
    public Reply Chunked() => this with { IsChunked = true };

    /// <summary>Waits before it answers, by the upstream's clock.</summary>
    /// <param name="delay">How long.</param>
    /// <returns>The reply.</returns>
    public Reply After(TimeSpan delay) => this with { Latency = delay };

    /// <summary>Announces the whole body, sends so many bytes of it and closes the connection (FIN).</summary>
    /// <param name="bytes">How many; all of a shorter body.</param>
    /// <returns>The reply.</returns>
    public Reply CutAfter(int bytes) => EndingAfter(bytes, ReplyEnding.Close);

    /// <summary>Announces the whole body, sends so many bytes of it and resets the connection (RST).</summary>
    /// <param name="bytes">How many; all of a shorter body.</param>
    /// <returns>The reply.</returns>
    public Reply ResetAfter(int bytes) => EndingAfter(bytes, ReplyEnding.Reset);

    /// <summary>Announces the whole body, sends so many bytes of it and then nothing more, until the client leaves.</summary>
    /// <param name="bytes">How many; all of a shorter body.</param>
    /// <returns>The reply.</returns>
    public Reply StallAfter(int bytes) => EndingAfter(bytes, ReplyEnding.Stall);

    /// <summary>Sends the body byte by byte.</summary>
    /// <param name="interval">The time before each byte, by the upstream's clock.</param>
    /// <returns>The reply.</returns>
    public Reply Dripping(TimeSpan interval) => this with { DripInterval = interval };

    /// <summary>Closes the connection after a whole answer that promised to keep it alive.</summary>
    /// <returns>The reply.</returns>
    public Reply ThenClose() => this with { Ending = ReplyEnding.Close };

    private Reply EndingAfter(int bytes, ReplyEnding ending)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return this with { BytesSent = bytes, Ending = ending };
    }
}
