using System.Net;

namespace Resilience.Http;

/// <summary>What both kinds of stand-in do.</summary>
internal static class StandIns
{
    public static Task WriteAsync(this IStandInContent standIn, Stream wire, TransportContext? context, CancellationToken cancellationToken)
        => standIn.Writer is { Settled.IsCompleted: false } before
            ? standIn.WriteAfterAsync(before, wire, context, cancellationToken)
            : standIn.WriteNowAsync(wire, context, cancellationToken);

    public static void Write(this IStandInContent standIn, Stream wire, TransportContext? context, CancellationToken cancellationToken)
    {
        using var fresh = standIn.Body.CanSendAgain ? null : standIn.Body.MakeAnew();
        if (standIn.Body.Copy is { } copy)
            wire.Write(copy.Span);
        else
            standIn.Begin(wire, fresh is null ? standIn.Writer : null, cancellationToken).Send(fresh ?? standIn.Body.Written, context);
    }

    /// <summary>For an inner handler that reads the body, to sign it for example. What it has read may be gone then.</summary>
    public static async Task<Stream> ReadAsync(this IStandInContent standIn, CancellationToken cancellationToken)
    {
        var isUnused = !standIn.Body.HasBegun;
        standIn.Body.HasBegun = true;
        if (standIn.Body.Copy is { } copy)
            return Readable(copy);

        var read = await standIn.Body.Written.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        // A content that obeys the token may have ended with a part.
        cancellationToken.ThrowIfCancellationRequested();
        return Readable(standIn.Body, read, isUnused);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static Stream Read(this IStandInContent standIn, CancellationToken cancellationToken)
    {
        var isUnused = !standIn.Body.HasBegun;
        standIn.Body.HasBegun = true;
        if (standIn.Body.Copy is { } copy)
            return Readable(copy);

        // With the token, .NET would dispose the caller's content when it is cancelled.
        var read = Readable(standIn.Body, standIn.Body.Written.ReadAsStream(CancellationToken.None), isUnused);
        cancellationToken.ThrowIfCancellationRequested();
        return read;
    }

    /// <summary>That of the caller's content, whether or not there is a copy: every attempt is framed in the same way.</summary>
    public static bool HasLength(this IStandInContent standIn, out long length)
    {
        var known = standIn.Body.Written.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    private static Task WriteNowAsync(this IStandInContent standIn, Stream wire, TransportContext? context, CancellationToken cancellationToken) => standIn switch
    {
        { Body.Copy: { } copy } => wire.WriteAsync(copy, cancellationToken).AsTask(),
        { Body.CanSendAgain: false } when standIn.Body.MakeAnew() is { } fresh => standIn.WriteAnewAsync(fresh, wire, context, cancellationToken),
        _ => standIn.Begin(wire, standIn.Writer, cancellationToken).SendAsync(standIn.Body.Written, context),
    };

    // The transport sends again what the server has refused or redirected, while the content may still be writing for the copy, or even on the wire.
    private static async Task WriteAfterAsync(this IStandInContent standIn, BodyWriter before, Stream wire, TransportContext? context, CancellationToken cancellationToken)
    {
        if (before.IsSettling)
            await before.Settled.WaitAsync(BodyWriter.LongestSettling, standIn.Body.Time, cancellationToken).Ended;
        if (!before.GiveUpCopy() || standIn.Body.IsReadAgain)
            await before.Settled.WaitAsync(cancellationToken).Ended;
        cancellationToken.ThrowIfCancellationRequested();
        await standIn.WriteNowAsync(wire, context, cancellationToken).ConfigureAwait(false);
    }

    // What was sent before of another content says nothing about a fresh one.
    private static async Task WriteAnewAsync(this IStandInContent standIn, HttpContent fresh, Stream wire, TransportContext? context, CancellationToken cancellationToken)
    {
        using (fresh)
            await standIn.Begin(wire, before: null, cancellationToken).SendAsync(fresh, context).ConfigureAwait(false);
    }

    private static BodyWriter Begin(this IStandInContent standIn, Stream wire, BodyWriter? before, CancellationToken cancellationToken)
    {
        standIn.Body.HasBegun = true;
        return standIn.Writer = new(standIn.Body, wire, cancellationToken) { Before = before };
    }

    private static Stream Readable(RequestBody body, Stream read, bool isUnused)
    {
        // A content keeps the stream that it has handed out, and that stands where the last sending has left it.
        if (body.IsSame && read.CanSeek)
            read.Position = body.StartOf(read, isUnused);
        // All of it is in memory for the sake of reading, as of most contents, and nothing is lost.
        else if (body.IsCopied && !BodyKinds.IsSentBeforeTheAnswer(body.Written) && read is MemoryStream { CanSeek: true, Position: 0, Length: var all } bytes && all <= body.Limit)
            body.Keep(bytes.ToArray(), (int)all);
        return read;
    }

    private static MemoryStream Readable(ReadOnlyMemory<byte> copy) => new(copy.ToArray(), writable: false);
}
