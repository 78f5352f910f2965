using System.Net.Http.Metrics;

namespace Resilience.Http;

/// <summary>A call whose first attempt was not simply a success: decides after each attempt, and prepares the next.</summary>
internal sealed class RetriedCall
{
    private readonly RetryHandler _handler;
    private readonly ResilientClient _client;
    private readonly RetryOptions _options;
    private readonly Attempt _attempt;
    private readonly HttpRequestMessage _request;
    private readonly RequestSnapshot _snapshot;
    private readonly long? _deadline;
    private readonly long? _ownDeadline;
    private readonly RetryBudget _budget;
    private readonly RetryPlan _plan;
    private string[] _failures = [];
    private HttpContent? _nextContent;
    private int _attempts = 1;
    private bool _countsResend;
    private bool _isHandedOut;

    public RetriedCall(RetryHandler handler, Attempt attempt)
    {
        (_handler, _client, _options) = (handler, handler.Client, handler.Options);
        (_attempt, _request, _snapshot) = (attempt, attempt.Request, attempt.Snapshot);
        _ownDeadline = RequestSettings.Of(_request)?.Deadline;
        _deadline = _client.DeadlineOf(_request, _snapshot.Started);
        _budget = handler.Budgets.Of(attempt);
        _plan = new(_request, _options, _budget, _snapshot, handler.KeyHeader?.Invoke(), _deadline, _client.Chance, _client.Time);
    }

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Delay => _plan.Delay;

    /// <summary>Decides and, if there shall be another attempt, makes that known.</summary>
    /// <returns>Null if there shall be another attempt, after <see cref="Delay"/>.</returns>
    public RetryStopReason? Assess(in Outcome outcome)
    {
        try
        {
            if (_plan.Decide(outcome, _attempts, _attempt.Ended) is { } stop)
                return stop;
        }
        catch
        {
            // A user's rule failed: nobody will see the response.
            outcome.Response?.Dispose();
            throw;
        }

        if (!TryMakeContent())
        {
            // Not sent, so not spent.
            _budget.OnSuccess(_plan.Paid);
            return RetryStopReason.BodyNotReplayable;
        }

        if (_handler.Telemetry.TellsOfFailures)
            _failures = [.. _failures, outcome.Label];
        _handler.Telemetry.Retrying(_request, outcome, Delay);
        if (_options.OnRetry is { } onRetry)
            _client.Signals.Guard(_client.Logger, onRetry, new RetryEvent(_request, outcome, _attempts + 1, Delay));
        return null;
    }

    /// <summary>The request as the caller wrote it, for another attempt.</summary>
    public HttpRequestMessage Restore()
    {
        _attempts++;
        _attempt.Deadline = _deadline;
        _snapshot.Restore(_request);
        if (_handler.HasForeignHandlerInside)
            RequestSettings.For(_request).Deadline = _deadline;
        if (_nextContent is { } content)
            RequestSettings.Of(_request)!.ContentFactory!.Use(content, _request);
        _nextContent = null;

        // That of an attempt that never reached the transport is still there when a later one does.
        if (!_countsResend)
            HttpMetricsEnrichmentContext.AddCallback(_request, CountResend);
        _countsResend = true;
        return _request;
    }

    /// <summary>Ends the call, with the last response or exception if no attempt has succeeded.</summary>
    public Outcome End(in Outcome outcome, RetryStopReason stop)
    {
        _nextContent?.Dispose();
        Report(outcome, stop);
        // A body that was handed out may need the attempt again as long as it is read.
        if (_isHandedOut)
            return outcome;

        _isHandedOut = _options.ResponseBodies is ResponseBodies.Buffered && outcome.Response is { IsSuccessStatusCode: true, Content.Headers.ContentLength: null };
        if (_isHandedOut)
            outcome.Response!.Content = new RetryingContent(this, outcome.Response, _options.MaxBufferedResponseBytes);
        else
            _attempt.Release();
        return outcome;
    }

    /// <summary>Goes on after the body of a response, handed out already, broke off while it was buffered.</summary>
    public Task<HttpResponseMessage> RepeatAfterBrokenBodyAsync(Exception exception, CancellationToken buffering)
    {
        _attempt.Restart(buffering);
        return _handler.RunAsync(Task.FromException<HttpResponseMessage>(exception), _attempt, this, buffering);
    }

    // Before the response is given up that the caller gets if there is no content.
    private bool TryMakeContent()
    {
        try
        {
            _nextContent = RequestSettings.Of(_request)?.ContentFactory?.Make();
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _client.Signals.CallbackFailed(_client.Logger, nameof(RequestExtensions.SetContentFactory), e);
            return false;
        }
    }

    private void CountResend(HttpMetricsEnrichmentContext context)
    {
        _countsResend = false;
        context.AddCustomTag("http.request.resend_count", _attempts - 1);
    }

    private void Report(in Outcome outcome, RetryStopReason stop)
    {
        if (outcome.IsSuccess)
            _budget.OnSuccess(_plan.Paid);
        var ours = outcome.Exception as ResilienceException;
        var sent = ours is { WasRejected: true } ? _attempts - 1 : _attempts;
        if (_attempts > 1 || stop is not RetryStopReason.Final)
        {
            var settings = RequestSettings.FindOrAdd(_request);
            (settings.Report, settings.Deadline) = (new(sent, stop), _ownDeadline);
            _handler.Telemetry.Ended(_request, outcome, stop, sent, _failures, _snapshot.Started);
        }

        ours?.Attempts = sent;
    }
}
