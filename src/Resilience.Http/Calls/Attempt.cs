namespace Resilience.Http;

/// <summary>
/// One attempt on its way through handlers that stand next to each other. The outermost awaits it for all of them and calls the others when
/// it has ended: one state machine per call, however many policies.
/// <para>
/// Its life: <see cref="Of"/> takes it from the pool for a call that enters a chain; policies outside retry hand it on. <see cref="Begin"/> puts it under
/// way; inner handlers <see cref="Join"/> and <see cref="Limit"/> it; the handler that began it awaits the response,
/// <see cref="ReadAsync(Task{HttpResponseMessage}, IBodyReader)"/>, then <see cref="End"/>, which judges once and calls the observers;
/// <see cref="Restart(int, CancellationToken)"/> leads to the call's next attempt; <see cref="HandOut"/> and <see cref="Release"/> end the call, and then it is
/// another's. The handler that began it releases it, once. A stale handle is found by its <see cref="Version"/>.
/// </para>
/// <para>Only attempts on the system's clock are pooled: a test's clock makes its own timers, which must not outlive the test.</para>
/// </summary>
internal sealed partial class Attempt
{
    // Servers wait seconds at least for a body that is late.
    private static readonly TimeSpan LeastLate = TimeSpan.FromSeconds(1);

    private readonly AttemptObservers _observers = new();
    private ClientContext _client = null!;
    private CancellationToken _caller;
    private AttemptTimer _timer;
    private Task _reading = Task.CompletedTask;
    private RequestBody? _body;
    private HttpContent? _empty;
    private AttemptContext _outer;
    private int _outerNumber;
    private Uri? _sentTo;
    private Uri? _leftFor;
    private Uri? _redirectedTo;
    private long? _ended;

    /// <summary>Another number for each call that it serves.</summary>
    public int Version { get; private set; }

    /// <summary>What is sent, rewritten as it may be by now.</summary>
    public HttpRequestMessage Request { get; private set; } = null!;

    /// <summary>What the request asks for; looked up once for each attempt. Null if nothing.</summary>
    public RequestSettings? Settings { get; set; }

    /// <summary>The request as the caller wrote it, once that has been taken down.</summary>
    public RequestSnapshot Snapshot { get; } = new();

    /// <summary>1 for the first of the call; 0 before.</summary>
    public int Number { get; set; }

    public bool IsAsync { get; private set; }

    public Deadline Deadline { get; set; }

    /// <summary>Whether somebody awaits it and calls its observers; before, it only carries what is known of the call.</summary>
    public bool IsUnderWay => Number > 0;

    /// <summary>Whether an attempt timeout bounds it already.</summary>
    public bool IsTimed => _timer.IsRunning;

    /// <summary>When the handler at hand was reached, as a timestamp; one that waits sets it anew. 0 if nobody has looked at the clock.</summary>
    public long ReachedAt { get; set; }

    /// <summary>Whether a policy makes it wait at the moment: then the time is not the server's.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>The body of the request; null if it is bytes in memory, or there is none.</summary>
    public RequestBody? Body => _body ?? RequestBody.Of(Request.Content);

    /// <summary>Whether the body can be sent again: as it is, from a copy, or made anew.</summary>
    public bool CanSendBodyAgain => RequestBody.CanSendAgainWith(Body, Request);

    /// <summary>The same once the attempt has failed, be it before it was sent: inner handlers may have read the body, to sign it for example, or disposed it; and its source may have stalled.</summary>
    public bool CanBeSentAgain => CanSendBodyAgain && !(IsWaiting && IsUploading) && (Settings?.ContentFactory is not null || !BodyKinds.IsDisposed(Snapshot.Content));

    /// <summary>How the body is, or was, sent in this attempt; null if it has not begun. A foreign handler that sends again leaves that of the attempt before.</summary>
    public BodyWriter? Sending => Body?.LastSending is { } sending && sending.HasBegunSince(ReachedAt, _client.Time) ? sending : null;

    /// <summary>Whether it has waited for bytes of the caller's for a while, and does so at the moment. Any thread may ask, so it may be another's by now.</summary>
    public bool LacksBody => (_body ?? RequestBody.Of(Request?.Content))?.LastSending is { WaitsForCaller: true } sending && sending.CallersTime >= LeastLate;

    /// <summary>Whether somebody still reads the body that would go again.</summary>
    public bool IsUploading => Settings?.ContentFactory is null && Body?.LastSending is { Sending.IsCompleted: false };

    /// <summary>Whether a copy of the body may soon be there.</summary>
    public bool IsSettling => Settings?.ContentFactory is null && Body?.LastSending is { IsSettling: true };

    /// <summary>Whether the time of the attempt, once it has ended, went into waiting for something that is not the server's, bytes of the caller's for example.</summary>
    public bool HasWaitedElsewhere { get; private set; }

    /// <summary>Where it goes; once it has ended, where it has ended. A handler that changes the address on the way may have put it back.</summary>
    public Uri? Address => _redirectedTo ?? Request.RequestUri;

    /// <summary>The address that it was sent to.</summary>
    public Uri? SentTo => _sentTo;

    /// <summary>Whether a redirect has led the attempt to another authority, which it has ended at.</summary>
    public bool HasEndedElsewhere => !ReferenceEquals(Address, _sentTo) && PartitionKey.OfAuthority(Address) != PartitionKey.OfAuthority(_sentTo);

    /// <summary>Where it left the policies for; one of them, or a handler between, may choose that.</summary>
    public Uri? LeftFor => _leftFor ?? _sentTo;

    /// <summary>The address whose server has redirected it to another authority; null if none has.</summary>
    public Uri? RedirectedBy => !ReferenceEquals(Address, LeftFor) && PartitionKey.OfAuthority(Address) != PartitionKey.OfAuthority(LeftFor) ? LeftFor : null;

    /// <summary>Whether the response has a body that nobody has read yet.</summary>
    public bool IsBodyLeft { get; set; }

    /// <summary>Whether a body that should be empty is read until the server has ended it.</summary>
    public bool IsEmptyBodyRead { get; set; }

    /// <summary>Whether its answer had begun, be it only to break off.</summary>
    public bool HadAnswer { get; set; }

    /// <summary>Whether another attempt would go to another server.</summary>
    public bool HasAlternative { get; set; }

    /// <summary>When it ended, as a timestamp, read from the clock at most once.</summary>
    public long Ended => _ended ??= _client.Time.GetTimestamp();

    /// <summary>Whether the server's advice is kept for people to look at; else an outer attempt sees to that.</summary>
    public bool NotesAdvice { get; set; }

    // The foreign handler between may have let go of this one: what becomes of it is not about a later attempt of the call.
    private Attempt? Outer => _outer.Current is { } outer && outer.Number == _outerNumber ? outer : null;
}
