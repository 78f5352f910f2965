using System.Net.Http.Metrics;

namespace Resilience.Http;

/// <summary>A call whose first attempt was not simply a success: decides after each attempt, waits, restores the request, sends it again.</summary>
internal sealed class RetriedCall(
    RetryHandler handler, RetryOptions options, RetryBudget budget, RequestSnapshot snapshot, bool async, CancellationToken cancellationToken)
{
    private readonly HttpRequestMessage _request = snapshot.Request;
    private readonly long _started = snapshot.Started;
    private readonly TimeProvider _time = handler.Client.Time;
    private readonly long? _ownDeadline = RequestSettings.Of(snapshot.Request)?.Deadline;
    private readonly long? _deadline = handler.Client.DeadlineOf(snapshot.Request, snapshot.Started);
    private readonly RetryPlan _plan = new(
        snapshot.Request, options, budget, snapshot, handler.KeyHeader?.Invoke(), handler.Client.DeadlineOf(snapshot.Request, snapshot.Started), handler.Client.Chance, handler.Client.Time);
    private readonly List<string> _failures = [];
    private HttpContent? _body = snapshot.Content;
    private int _attempts = 1;

    /// <summary>Ends the call, with the last response or exception if no attempt succeeds.</summary>
    public async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> attempt, Outcome outcome)
    {
        var response = await RepeatAsync(attempt, outcome, cancellationToken).ConfigureAwait(false);
        if (options.ResponseBodies is ResponseBodies.Buffered && response is { IsSuccessStatusCode: true, Content.Headers.ContentLength: null })
            response.Content = new RetryingContent(this, response, options.MaxBufferedResponseBytes);
        else
            snapshot.Release();
        return response;
    }

    /// <summary>Goes on after the body of a response, handed out already, broke off while it was buffered.</summary>
    public Task<HttpResponseMessage> RepeatAfterBrokenBodyAsync(Exception exception, CancellationToken buffering)
        => RepeatAsync(Task.FromException<HttpResponseMessage>(exception), Outcome.Of(exception, buffering), buffering);

    private async Task<HttpResponseMessage> RepeatAsync(Task<HttpResponseMessage> attempt, Outcome outcome, CancellationToken token)
    {
        while (true)
        {
            if (Assess(outcome) is { } stop)
                return await EndAsync(attempt, outcome, stop).ConfigureAwait(false);

            Announce(outcome);
            // The transport drains what is left of the body, within bounds of its own, and keeps the connection.
            outcome.Response?.Dispose();
            await Task.Delay(_plan.Delay, _time, token).BlockUnless(async).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            RequestSettings.BeginRetry();
            try
            {
                attempt = token.IsCancellationRequested ? Task.FromCanceled<HttpResponseMessage>(token) : SendAgainAsync(token);
                await attempt.BlockUnless(async).Ended;
            }
            finally
            {
                RequestSettings.EndRetry();
            }

            outcome = await handler.Client.Advisor.JudgeAsync(_request, attempt, async, token).ConfigureAwait(false);
        }
    }

    private Task<HttpResponseMessage> SendAgainAsync(CancellationToken token)
    {
        _attempts++;
        Restore();
        return handler.SendAttemptAsync(_request, async, token);
    }

    private RetryStop? Assess(in Outcome outcome)
    {
        try
        {
            handler.Tell(_request, outcome);
            return _plan.Decide(outcome, _attempts);
        }
        catch
        {
            // A user's rule failed: nobody will see the response.
            outcome.Response?.Dispose();
            throw;
        }
    }

    private void Announce(in Outcome outcome)
    {
        _failures.Add(outcome.Label);
        handler.Telemetry.Retrying(_request, outcome, _plan.Delay);
        handler.Client.Signals.Guard(handler.Client.Logger, options.OnRetry, new RetryEvent(_request, outcome, _attempts + 1, _plan.Delay));
    }

    private void Restore()
    {
        snapshot.Restore(_request);
        var settings = RequestSettings.FindOrAdd(_request);
        settings.Deadline = _deadline;
        if (settings.ContentFactory is { } makeContent)
        {
            // Not _request.Content: the snapshot has just put the first one back.
            _body?.Dispose();
            _request.Content = _body = makeContent();
        }

        HttpMetricsEnrichmentContext.AddCallback(_request, CountResend(_attempts));
    }

    // The callback of an attempt that never reached the transport is still there when a later one does.
    private Action<HttpMetricsEnrichmentContext> CountResend(int attempt) => context =>
    {
        if (attempt == _attempts)
            context.AddCustomTag("http.request.resend_count", attempt - 1);
    };

    private Task<HttpResponseMessage> EndAsync(Task<HttpResponseMessage> attempt, in Outcome outcome, RetryStop stop)
    {
        if (outcome.IsSuccess)
            budget.OnSuccess(_plan.Paid);
        var sent = stop is RetryStop.HeldBack ? _attempts - 1 : _attempts;
        if (_attempts > 1 || stop is not RetryStop.Final)
        {
            var settings = RequestSettings.FindOrAdd(_request);
            (settings.Report, settings.Deadline) = (new(sent, stop), _ownDeadline);
            handler.Telemetry.Ended(_request, outcome, stop, sent, _failures, _time.GetElapsedTime(_started));
        }

        if (outcome.Exception is ResilienceException ours)
            ours.Attempts = sent;
        return attempt;
    }
}
