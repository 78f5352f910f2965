namespace Resilience.Http;

/// <summary>
/// The body of one call's request, if it is not simply bytes in memory. Stand-ins take its place while attempts are under way: they copy it as it
/// is sent, so that it can go again, and know who failed if it breaks. Not pooled, since an upload may outlive its attempt.
/// </summary>
internal class RequestBody
{
    /// <summary>The most bytes that are copied where no option says otherwise.</summary>
    public const int DefaultLimit = 64 * 1024;

    private IStandInContent? _standIn;
    private volatile byte[]? _copy;
    private int _copied;
    private long? _start;

    protected RequestBody(HttpContent written, long limit, TimeProvider time) => (Written, Limit, Time, IsSame) = (written, limit, time, BodyKinds.IsSame(written));

    /// <summary>The content as the caller wrote it.</summary>
    public HttpContent Written { get; }

    public TimeProvider Time { get; }

    /// <summary>The most bytes that are copied; 0 where nobody could send them again.</summary>
    public long Limit { get; private set; }

    /// <summary>Whether the content has been asked for its bytes.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whether an inner handler has disposed it. It may have to go again, so that is done when the call has ended.</summary>
    public bool IsDisposed { get; set; }

    /// <summary>All that it has written; null if that is not known, not yet, or more than the limit.</summary>
    public ReadOnlyMemory<byte>? Copy => _copy is { } copy ? new ReadOnlyMemory<byte>(copy, 0, _copied) : (ReadOnlyMemory<byte>?)null;

    /// <summary>Whether it is copied while it is sent. There is no need where it writes the same bytes each time.</summary>
    public bool IsCopied => !IsSame && Limit > 0;

    /// <summary>Whether it certainly writes the same bytes each time.</summary>
    public bool IsSame { get; }

    public bool CanSendAgain => IsSame || Copy is not null || !HasBegun;

    /// <summary>Whether another sending reads the very content that was read before: two at once would each get a part of it.</summary>
    public bool IsReadAgain => Copy is null && (CanSendAgain || this is not MadeBody);

    /// <summary>The last sending of it; null if it has not begun.</summary>
    public BodyWriter? LastSending => _standIn?.Writer;

    /// <summary>A content without a byte.</summary>
    public static HttpContent Empty() => new ByteArrayContent([]);

    /// <summary>The body of a content that stands in; null for any other.</summary>
    public static RequestBody? Of(HttpContent? content) => (content as IStandInContent)?.Body;

    /// <summary>Whether a request can be sent again with its body: as it is, from a copy, or made anew by the request's factory.</summary>
    public static bool CanSendAgainWith(RequestBody? body, HttpRequestMessage request)
        => body is null or { CanSendAgain: true } || RequestSettings.Of(request) is { ContentFactory: not null };

    /// <summary>Puts a stand-in in the place of the request's content.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">What it asks for; null if nothing.</param>
    /// <param name="limit">The most bytes to copy.</param>
    /// <param name="earlier">The body of earlier attempts of the call.</param>
    /// <param name="client">The client.</param>
    /// <returns>The body, to be taken off at the end of the attempt; null if there is no need, or an outer handler has done it.</returns>
    public static RequestBody? Watch(HttpRequestMessage request, RequestSettings? settings, long limit, RequestBody? earlier, ClientContext client)
    {
        if (BodyKinds.IsInMemory(request.Content))
            return null;
        if (Of(request.Content) is { } known)
        {
            known.Limit = Math.Max(known.Limit, limit);
            return null;
        }

        if (earlier?.Written != request.Content)
            earlier?.LastSending?.GiveUpCopy();
        var body = earlier is not null && earlier.Written == request.Content ? earlier : Of(request.Content!, settings?.ContentFactory, limit, client);
        request.Content = body.StandIn();
        return body;
    }

    /// <summary>Puts a content into the request that was sent with it before, within one attempt. A handler reads it from its start then.</summary>
    public static void PutBack(HttpRequestMessage request, HttpContent? content)
    {
        if (Of(content) is not { } body)
        {
            request.Content = content;
            return;
        }

        var before = body.LastSending;
        request.Content = body.StandIn();
        body._standIn!.Writer = before;
    }

    /// <summary>A content to be written in its place, once, where the transport sends the request again of itself and this cannot be sent again; null if there is none.</summary>
    public virtual HttpContent? MakeAnew() => null;

    /// <summary>To be called when the content has written all of it. An upload may end while the call decides what to do next, so the array comes last.</summary>
    public void Keep(byte[] copy, int length) => (_copied, _copy) = (length, copy);

    /// <summary>Ends the call.</summary>
    public void End(HttpRequestMessage request)
    {
        TakeOff(request);
        LastSending?.GiveUpCopy();
        if (IsDisposed)
            Written.Dispose();
    }

    /// <summary>Gives the request its own content again, unless a redirect has taken it off.</summary>
    public void TakeOff(HttpRequestMessage request) => Replace(request, (HttpContent?)_standIn, Written);

    /// <summary>Gives the request a content in the place of another, unless a redirect has taken that off.</summary>
    public static void Replace(HttpRequestMessage request, HttpContent? standIn, HttpContent? written)
    {
        if (request.Content is not { } content || !ReferenceEquals(content, standIn))
            return;

        try
        {
            request.Content = written;
        }
        catch (ObjectDisposedException)
        {
            // Whoever sent the request waits no longer for its answer, as with Task.WaitAsync. Those who let the attempt through have to hear of its end.
        }
    }

    /// <summary>Where a stream begins that the content has handed out to be read: where it stands, if nobody has read or sent it yet.</summary>
    public long StartOf(Stream read, bool isUnused)
        => _start ??= isUnused ? read.Position
            : Written is StreamContent { Headers.ContentLength: { } length } && length <= read.Length ? read.Length - length
            : 0;

    private HttpContent StandIn()
    {
        HttpContent standIn = BodyKinds.IsSentBeforeTheAnswer(Written) ? new StandInBytesContent(this) : new StandInContent(this);
        _standIn = (IStandInContent)standIn;
        return standIn;
    }

    private static RequestBody Of(HttpContent written, ContentFactory? contents, long limit, ClientContext client)
        => contents is null ? new RequestBody(written, limit, client.Time) : new MadeBody(written, contents, limit, client);
}
