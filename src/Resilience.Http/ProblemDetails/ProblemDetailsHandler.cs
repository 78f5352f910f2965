namespace Resilience.Http;

/// <summary>
/// Gives every failure of a call the form of RFC 9457: responses with a status of 400 or more or, by option, that only claim success;
/// open circuits, limits, timeouts, servers that cannot be reached. Stands outside retry, so that it sees what becomes of the call. The caller's
/// cancellation and faults of the request itself pass through.
/// </summary>
public sealed class ProblemDetailsHandler : PolicyHandler
{
    private readonly PolicyContext<ProblemDetailsOptions> _context;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">The form in which failures leave, and how much of a body is read.</param>
    /// <param name="client">Name and clock; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public ProblemDetailsHandler(ProblemDetailsOptions options, ClientContext? client = null)
        : this(ProblemDetailsPolicy.Instance.CreateContext(options, client))
    {
    }

    internal ProblemDetailsHandler(PolicyContext<ProblemDetailsOptions> context)
        : base(context.Client, takesPartInAttempts: false) => _context = context;

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    private bool Responds => _context.Options.Mode is ProblemDetailsMode.Respond;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var deadline = attempt.Deadline;
        var sent = SendInnerAsync(request, attempt, cancellationToken);
        // What was rejected at once is answered at once: nothing is thrown on the way.
        if (_context.Options.AnswersOnly || Rejection.In(sent) is not { } rejection || Unanswered.Of(rejection, request, cancellationToken) is not { } failure)
            return AwaitAsync(sent, request, attempt.IsAsync, deadline, cancellationToken);

        Rejection.Settle(sent);
        if (Responds)
            return Task.FromResult(failure.ToResponse(request));

        return Reject(ToException(failure, request));
    }

    private async Task<HttpResponseMessage> AwaitAsync(
        Task<HttpResponseMessage> sent, HttpRequestMessage request, bool async, Deadline deadline, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await sent.BlockUnless(async).ConfigureAwait(false);
        }
        catch (Exception e) when (!_context.Options.AnswersOnly && (TimedOut(e, request, deadline, cancellationToken) ?? Unanswered.Of(e, request, cancellationToken)) is { } failure)
        {
            return Responds ? failure.ToResponse(request) : throw ToException(failure, request);
        }

        var isSuccess = Outcome.IsSuccessStatus(response);
        if (isSuccess && !_context.Options.InspectsSuccess)
            return response;

        var problem = await ReadAsync(request, response, isSuccess, async, deadline, cancellationToken).ConfigureAwait(false);
        if (problem is null)
            return response;

        if (Responds)
            return ProblemContent.Replace(response, problem);

        response.Dispose();
        throw new ProblemDetailsException(Client.Name, problem, response.RequestMessage) { Owner = Client };
    }

    private ProblemDetailsException ToException(Unanswered failure, HttpRequestMessage request)
        => new(Client.Name, failure.ToProblem(), request, failure.Exception) { Owner = Client };

    // Where an outer timer of ours has ended the call, what comes here is its cancellation.
    private Unanswered? TimedOut(Exception exception, HttpRequestMessage request, Deadline deadline, CancellationToken cancellationToken)
        => deadline.IsOurs && exception is not ResilienceException { Kind: OutcomeKind.Deferred } && cancellationToken.IsCancellationRequested && deadline.IsOver(Client.Time.GetTimestamp())
            ? Unanswered.Of(deadline.TimedOut(request, exception), request, CancellationToken.None)
            : null;

    private async ValueTask<Problem?> ReadAsync(
        HttpRequestMessage request, HttpResponseMessage response, bool isSuccess, bool async, Deadline deadline, CancellationToken cancellationToken)
    {
        var options = _context.Options;
        var bounds = new BodyBounds(options.MaxBodyBytes, options.ReadTimeout, Client.Time);
        try
        {
            var outcome = await Client.Advisor.JudgeAsync(request, response, async, deadline, cancellationToken).ConfigureAwait(false);
            return isSuccess
                ? await ProblemReader.InspectAsync(outcome, options, bounds.Within(deadline), async, cancellationToken).ConfigureAwait(false)
                : await ProblemReader.ReadAsync(outcome, bounds.Within(deadline), async, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
