using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>What retries publish: two instruments, one activity per call, one log line per call that needed help.</summary>
internal sealed partial class RetryTelemetry(ClientContext client)
{
    private readonly Counter<long> _retries = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.retry.attempts", "{attempt}", "Attempts after the first, by the failure that made them necessary.");

    private readonly Histogram<double> _delays = client.Signals.Meter.CreateHistogram<double>(
        "resilience.http.retry.delay", "s", "Waits before retries.");

    private readonly Counter<long> _stops = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.retry.stops", "{call}", "Calls that were retried or could not be, by why there was no further attempt.");

    /// <summary>An activity around the attempts, so that their spans stand together. It ends when the response is handed out.</summary>
    public Activity? StartCall(HttpRequestMessage request)
    {
        Activity? activity = null;
        client.Signals.Guard(source => activity = source.StartActivity("resilience.http.call"), ClientSignals.Activities);
        activity?.SetTag("resilience.http.client", client.Name);
        activity?.SetTag("http.request.method", MethodOf(request));
        return activity;
    }

    /// <summary>Says in the span of a call what it came to, and ends it. The span is the handler's: the current one may be that of another client's call.</summary>
    public void EndCall(Activity? span, HttpRequestMessage request, in Outcome outcome)
    {
        if (span is null)
            return;

        if (request.GetRetryReport() is { } report)
            span.SetTag("resilience.http.attempts", report.Attempts).SetTag("resilience.http.reason", report.Reason.ToString());
        if (!outcome.IsSuccess)
            span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", outcome.Label);
        client.Signals.Guard(static span => span.Dispose(), span);
    }

    public void Retrying(Attempt attempt, in Outcome outcome, TimeSpan delay)
    {
        if (!_retries.Enabled && !_delays.Enabled)
            return;

        var tags = TagsOf(attempt);
        tags.Add("error.type", outcome.Label);
        client.Signals.Count(_retries, tags);
        client.Signals.Record(_delays, delay, tags);
    }

    public void Ended(Attempt attempt, in Outcome outcome, RetryStopReason stop, int attempts, in EarlierOutcomes earlier)
    {
        if (_stops.Enabled)
            client.Signals.Count(_stops, [.. TagsOf(attempt), new("resilience.http.reason", stop.ToString())]);

        var level = outcome.IsSuccess ? LogLevel.Information : LogLevel.Warning;
        if (stop is RetryStopReason.Cancelled || !client.Logger.IsEnabled(level))
            return;

        var (method, authority, why) = (MethodOf(attempt.Request), LogText.Authority(attempt.Request.RequestUri), Explain(stop));
        var (seconds, before) = (client.Time.GetElapsedTime(attempt.Snapshot.Started).TotalSeconds, earlier.IsEmpty ? null : earlier.ToString());
        if (before is not null)
            LogRetried(client.Logger, level, client.Name, method, authority, outcome.Label, seconds, attempts, before, why);
        else
            LogEnded(client.Logger, level, client.Name, method, authority, outcome.Label, seconds, why);
    }

    private TagList TagsOf(Attempt attempt)
    {
        // Where a redirect has led is the server's choice, and there may be any number of such addresses. What a policy has chosen counts.
        var address = attempt.HasAlternative ? attempt.LeftFor : attempt.SentTo;
        return new()
        {
            { "resilience.http.client", client.Name },
            { "http.request.method", MethodOf(attempt.Request) },
            { "server.address", LogText.Host(address) },
            { "server.port", address is { IsAbsoluteUri: true } ? (object?)address.Port : null },
        };
    }

    private static string Explain(RetryStopReason stop) => stop is RetryStopReason.BodyNotReplayable
        ? "BodyNotReplayable: no copy of the body was kept; raise Retry.MaxBufferedRequestBytes, or give the request a fresh body for every attempt with SetContentFactory"
        : stop.ToString();

    // Unknown methods would make the number of time series unbounded.
    private static string MethodOf(HttpRequestMessage request) => RetryRules.IsIdempotent(request.Method) || request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch
        ? request.Method.Method
        : "_OTHER";

    [LoggerMessage(EventId = 100, Message = "Client '{Client}': {Method} {Authority} ended in {Outcome} after {Seconds:0.000} s; attempts sent: {Attempts}; earlier outcomes: {Failures}; stopped: {Stop}.")]
    private static partial void LogRetried(
        ILogger logger, LogLevel level, string client, string method, string? authority, string outcome, double seconds, int attempts, string failures, string stop);

    [LoggerMessage(EventId = 101, Message = "Client '{Client}': {Method} {Authority} ended in {Outcome} after {Seconds:0.000} s without a retry; stopped: {Stop}.")]
    private static partial void LogEnded(
        ILogger logger, LogLevel level, string client, string method, string? authority, string outcome, double seconds, string stop);
}
