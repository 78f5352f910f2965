namespace Resilience.Http;

/// <summary>
/// What a policy knows of the attempt, or outside retry of the call, that a request belongs to. A handle: the object behind it serves later calls too,
/// so a policy inside retry may use it until the attempt has ended; afterwards it throws an <see cref="InvalidOperationException"/>.
/// </summary>
public readonly record struct AttemptContext
{
    private readonly Attempt? _attempt;
    private readonly int _version;

    internal AttemptContext(Attempt attempt) => (_attempt, _version, IsAsync) = (attempt, attempt.Version, attempt.IsAsync);

    /// <summary>
    /// Whether the caller awaits the call; else it called <see cref="HttpClient.Send(HttpRequestMessage)"/>, and every task must have ended
    /// when it is returned.
    /// </summary>
    public bool IsAsync { get; }

    /// <summary>By when the call must have ended.</summary>
    /// <exception cref="InvalidOperationException">The attempt has ended.</exception>
    public Deadline Deadline => Attempt.Deadline;

    /// <summary>The number of the attempt: 1 for the first of the call; 0 for a policy outside retry, which sees calls.</summary>
    /// <exception cref="InvalidOperationException">The attempt has ended.</exception>
    public int Number => Attempt.Number;

    /// <summary>
    /// When the request has reached this policy, as a timestamp of the client's clock, which is read once for all policies in a row. A wait by
    /// <c>WaitAsync</c> or <c>WaitForAsync</c> sets it anew.
    /// </summary>
    /// <exception cref="InvalidOperationException">The attempt has ended.</exception>
    public long ReachedAt => Attempt.ReachedNow();

    internal Attempt Attempt => _attempt is { } attempt && attempt.Version == _version ? attempt : throw Ended();

    /// <summary>The attempt, as long as it is under way.</summary>
    internal Attempt? Current => _attempt is not null && _attempt.Version == _version ? _attempt : null;

    /// <summary>Has the observer called when the attempt ends. Inner observers are called before outer ones.</summary>
    /// <param name="observer">What is called; shared by many calls.</param>
    /// <param name="state">Handed to the observer again.</param>
    /// <exception cref="InvalidOperationException">The attempt has ended, or the policy does not take part in attempts.</exception>
    public void Join(IAttemptObserver observer, object? state = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (!Attempt.IsUnderWay)
            throw new InvalidOperationException("This policy does not take part in attempts, so there is none that it could join.");

        Attempt.Join(observer, state);
    }

    /// <summary>
    /// Says that another attempt would go to another server: then retry sends it without a wait, whatever wait this server asks for. The budget pays for it
    /// all the same. What an open circuit or a limit rejects goes there too, for nothing. For a policy directly inside retry that chooses addresses, with each attempt.
    /// </summary>
    /// <exception cref="InvalidOperationException">The attempt has ended.</exception>
    public void OfferAnotherServer() => Attempt.HasAlternative = true;

    private static InvalidOperationException Ended() => new("The attempt has ended; what a policy was given with it must not be used any more.");

    /// <inheritdoc/>
    public override string ToString() => _attempt?.Version != _version ? "ended" : Number > 0 ? $"attempt {Number}" : "call";
}
