namespace Resilience.Http;

/// <summary>
/// Gives every failure of a call the form of RFC 9457: responses with a status of 400 or more, or, by option, that
/// only claim success, circuits that are open, limits, timeouts
/// of attempts, servers that cannot be reached. Stands outside all other policies, so that it sees what becomes of the call. The
/// cancellation by the caller, the total timeout and faults of the request itself pass through.
/// </summary>
public sealed class ProblemDetailsHandler : PolicyHandler
{
    private readonly ResilientClient _client;
    private readonly Live<ProblemDetailsOptions> _options;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">The form in which failures leave, and how much of a body is read.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public ProblemDetailsHandler(ProblemDetailsOptions options)
        : this(ResilientClient.ByHand(), Live<ProblemDetailsOptions>.Fixed(options, new ProblemDetailsOptionsValidator()))
    {
    }

    internal ProblemDetailsHandler(ResilientClient client, Live<ProblemDetailsOptions> options) => (_client, _options) = (client, options);

    internal override bool SharesAttempt => false;

    private protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        var started = _client.Time.GetTimestamp();
        HttpResponseMessage response;
        try
        {
            response = await SendInnerAsync(request, async, attempt: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Unanswered.Of(e, cancellationToken) is { } failure)
        {
            return _options.Value.Mode is ProblemDetailsMode.Respond
                ? failure.ToResponse(request)
                : throw new ProblemDetailsException(_client.Name, failure.ToProblem(), request, e);
        }

        var options = _options.Value;
        var isSuccess = Outcome.Of(response).IsSuccess;
        if (isSuccess && !options.InspectsSuccess)
            return response;

        var problem = isSuccess
            ? await InspectAsync(request, response, options, async, cancellationToken).ConfigureAwait(false)
            : await ReadAsync(request, response, started, async, cancellationToken).ConfigureAwait(false);
        if (problem is null)
            return response;

        if (options.Mode is ProblemDetailsMode.Respond)
            return ProblemContent.Replace(response, problem);

        response.Dispose();
        throw new ProblemDetailsException(_client.Name, problem, response.RequestMessage);
    }

    private async ValueTask<Problem?> InspectAsync(
        HttpRequestMessage request, HttpResponseMessage response, ProblemDetailsOptions options, bool async, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await _client.Advisor.JudgeAsync(request, response, async, cancellationToken).ConfigureAwait(false);
            return await ProblemReader.InspectAsync(outcome, options, async, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async ValueTask<Problem?> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, long started, bool async, CancellationToken cancellationToken)
    {
        using var timer = LinkedTimer.StartNew(PatienceFor(request, started), _client.Time, cancellationToken);
        try
        {
            var outcome = await _client.Advisor.JudgeAsync(request, response, async, timer.Token).ConfigureAwait(false);
            return await ProblemReader.ReadAsync(outcome, _options.Value.MaxBodyBytes, async, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.HasExpired)
        {
            return ProblemReader.Read(_client.Advisor.Judge(response), body: [], limit: 0);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            response.Dispose();
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private TimeSpan PatienceFor(HttpRequestMessage request, long started)
    {
        var most = _options.Value.ReadTimeout;
        if (_client.DeadlineOf(request, started) is not { } deadline)
            return most;

        var half = _client.Time.GetElapsedTime(_client.Time.GetTimestamp(), deadline) / 2;
        return half < most ? TimeSpan.FromTicks(Math.Max(half.Ticks, 0)) : most;
    }
}
