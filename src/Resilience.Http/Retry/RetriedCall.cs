using System.Net.Http.Metrics;

namespace Resilience.Http;

/// <summary>A call whose first attempt was not simply a success: decides after each attempt, waits, restores the request, sends it again.</summary>
internal sealed class RetriedCall(
    RetryHandler handler, HttpRequestMessage request, RetryOptions options, RetryBudget budget, RequestSnapshot snapshot, long started, bool async, CancellationToken cancellationToken)
{
    private readonly TimeProvider _time = handler.Client.Time;
    private readonly long? _deadline = handler.Client.DeadlineOf(request, started);
    private readonly List<string> _failures = [];
    private HttpContent? _body = snapshot.Content;
    private TimeSpan _delay;
    private int _attempts = 1;
    private int _paid;

    /// <summary>Ends the call, with the last response or exception if no attempt succeeds.</summary>
    public async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> attempt)
    {
        var response = await RepeatAsync(attempt, cancellationToken).ConfigureAwait(false);
        if (options.ResponseBodies is ResponseBodies.Buffered && response is { IsSuccessStatusCode: true, Content.Headers.ContentLength: null })
            response.Content = new RetryingContent(this, response, options.MaxBufferedResponseBytes);
        else
            snapshot.Release();
        return response;
    }

    /// <summary>Goes on after the body of a response, handed out already, broke off while it was buffered.</summary>
    public Task<HttpResponseMessage> RepeatAfterBrokenBodyAsync(Exception exception, CancellationToken buffering)
        => RepeatAsync(Task.FromException<HttpResponseMessage>(exception), buffering);

    private async Task<HttpResponseMessage> RepeatAsync(Task<HttpResponseMessage> attempt, CancellationToken token)
    {
        while (true)
        {
            var outcome = Outcome.Of(attempt, token);
            if (Assess(outcome) is { } stop)
                return await EndAsync(attempt, outcome, stop).ConfigureAwait(false);

            Announce(outcome);
            // The transport drains what is left of the body, within bounds of its own, and keeps the connection.
            outcome.Response?.Dispose();
            await Task.Delay(_delay, _time, token).BlockUnless(async).ConfigureAwait(false);
            Restore();
            attempt = handler.SendAttemptAsync(request, async, token).BlockUnless(async);
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private RetryStop? Assess(in Outcome outcome)
    {
        try
        {
            handler.Tell(request, outcome);
            return Decide(outcome);
        }
        catch
        {
            // A user's rule failed: nobody will see the response.
            outcome.Response?.Dispose();
            throw;
        }
    }

    /// <summary>Null if there shall be another attempt, after the delay.</summary>
    private RetryStop? Decide(in Outcome outcome)
    {
        if (outcome.IsSuccess)
            return RetryStop.Final;
        if (outcome.Kind is OutcomeKind.Cancelled or OutcomeKind.CircuitOpen or OutcomeKind.RateLimited)
            return outcome.Kind is OutcomeKind.Cancelled ? RetryStop.Cancelled : RetryStop.HeldBack;

        var repeatable = RetryRules.Judge(outcome, options);
        var isKeyed = handler.KeyHeader is { } header && snapshot.HasHeader(header());
        if (repeatable is Repeatable.Never || (repeatable is Repeatable.IfKeyed && !isKeyed))
            return RetryStop.Final;
        if (repeatable is Repeatable.IfSafe && !isKeyed && !RetryRules.IsIdempotent(snapshot.Method))
            return RetryStop.NotRepeatable;
        if (_attempts > options.MaxRetries)
            return RetryStop.AttemptsUsedUp;
        if (outcome.Response is { } response && RetryRules.IsReplayed(response))
            return RetryStop.FailureReplayed;
        if (!CanSendBodyAgain(outcome))
            return RetryStop.BodyNotReplayable;
        return Schedule(outcome);
    }

    private RetryStop? Schedule(in Outcome outcome)
    {
        var backoff = new Backoff(options.BaseDelay, options.MaxDelay, options.Jitter, handler.Client.Chance);
        var advised = outcome.Response is { } response ? RetryAfter.Read(response, _time) : null;
        if (advised > options.MaxAdvisedDelay)
            return RetryStop.AdviceTooLong;

        _delay = advised > TimeSpan.Zero ? backoff.FromAdvice(advised.Value) : backoff.Delay(_attempts, _delay);
        if (_deadline is { } deadline && _time.GetElapsedTime(_time.GetTimestamp(), deadline) <= _delay)
            return RetryStop.DeadlineTooClose;
        if (!budget.TryTake(outcome.Kind))
            return RetryStop.BudgetEmpty;

        _paid = RetryBudget.CostAfter(outcome.Kind);
        return null;
    }

    // Before a connection there was nobody to read the body.
    private bool CanSendBodyAgain(in Outcome outcome)
        => RequestBody.CanReplay(snapshot.Content)
        || RequestSettings.Of(request) is { ContentFactory: not null } or { HasBufferedBody: true }
        || (outcome.WasNeverProcessed && outcome.Exception is not null);

    private void Announce(in Outcome outcome)
    {
        _failures.Add(outcome.Label);
        _attempts++;
        handler.Telemetry.Retrying(request, outcome, _delay);
        handler.Client.Signals.Guard(handler.Client.Logger, options.OnRetry, new RetryEvent(request, outcome, _attempts, _delay));
    }

    private void Restore()
    {
        snapshot.Restore(request);
        var settings = RequestSettings.For(request);
        settings.Deadline = _deadline;
        if (settings.ContentFactory is { } makeContent)
        {
            // Not request.Content: the snapshot has just put the first one back.
            _body?.Dispose();
            request.Content = _body = makeContent();
        }

        HttpMetricsEnrichmentContext.AddCallback(request, CountResend(_attempts));
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
            budget.OnSuccess(_paid);
        var sent = stop is RetryStop.HeldBack ? _attempts - 1 : _attempts;
        if (_attempts > 1 || stop is not RetryStop.Final)
        {
            RequestSettings.For(request).Report = new(sent, stop);
            handler.Telemetry.Ended(request, outcome, stop, sent, _failures, _time.GetElapsedTime(started));
        }

        if (outcome.Exception is ResilienceException ours)
            ours.Attempts = sent;
        return attempt;
    }
}
