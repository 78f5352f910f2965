namespace Resilience.Http;

/// <summary>
/// Ends an attempt that takes too long in an <see cref="AttemptTimeoutException"/>, or in a <see cref="TotalTimeoutException"/> if the time of the
/// whole call is up first. Stands inside retry, which repeats such an attempt, and inside the circuit breaker, which counts it. One timer per
/// attempt.
/// </summary>
public sealed class AttemptTimeoutHandler : PolicyHandler, IAttemptLimit
{
    private readonly PolicyContext<AttemptTimeoutOptions> _context;
    private bool _isTokenFree;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">How long an attempt may take.</param>
    /// <param name="client">Name and clock; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public AttemptTimeoutHandler(AttemptTimeoutOptions options, ClientContext? client = null)
        : this(AttemptTimeoutPolicy.Instance.CreateContext(options, client))
    {
    }

    internal AttemptTimeoutHandler(PolicyContext<AttemptTimeoutOptions> context)
        : base(context.Client) => _context = context;

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    Exception IAttemptLimit.TimedOut(TimeSpan timeout, Exception cause) => new AttemptTimeoutException(Client.Name, timeout, cause);

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var limited = attempt.Attempt;
        return limited.IsTimed
            ? SendAsAttemptAsync(request, limited.Again(), cancellationToken)
            : SendInnerAsync(request, limited, limited.Limit(_context.Options.Timeout, this, _isTokenFree, cancellationToken));
    }

    private protected override void Join() => _isTokenFree = KnownHandlers.Follow(InnerHandler);
}
