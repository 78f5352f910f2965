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
        var activity = ClientSignals.Activities.StartActivity("resilience.http.call");
        activity?.SetTag("resilience.http.client", client.Name);
        activity?.SetTag("http.request.method", MethodOf(request));
        return activity;
    }

    /// <summary>Whether anybody reads what went before the outcome of a call.</summary>
    public bool TellsOfFailures => client.Logger.IsEnabled(LogLevel.Warning);

    public void Retrying(HttpRequestMessage request, in Outcome outcome, TimeSpan delay)
    {
        if (!_retries.Enabled && !_delays.Enabled)
            return;

        var tags = TagsOf(request);
        tags.Add("error.type", outcome.Label);
        _retries.Add(1, tags);
        _delays.Record(delay.TotalSeconds, tags);
    }

    public void Ended(HttpRequestMessage request, in Outcome outcome, RetryStopReason stop, int attempts, string[] failures, long started)
    {
        if (_stops.Enabled)
            _stops.Add(1, [.. TagsOf(request), new("resilience.http.reason", stop.ToString())]);

        // Without listeners the current activity is the application's own.
        if (Activity.Current is { } call && call.Source == ClientSignals.Activities)
            call.SetTag("resilience.http.attempts", attempts).SetTag("resilience.http.reason", stop.ToString());

        var level = outcome.IsSuccess ? LogLevel.Information : LogLevel.Warning;
        if (stop is RetryStopReason.Cancelled || !client.Logger.IsEnabled(level))
            return;

        var (method, authority, why) = (MethodOf(request), LogText.Authority(request.RequestUri), Explain(stop));
        var (seconds, before) = (client.Time.GetElapsedTime(started).TotalSeconds, string.Join(", ", failures));
        if (failures.Length > 0)
            LogRetried(client.Logger, level, client.Name, method, authority, outcome.Label, seconds, attempts, before, why);
        else
            LogEnded(client.Logger, level, client.Name, method, authority, outcome.Label, seconds, why);
    }

    private TagList TagsOf(HttpRequestMessage request) => new()
    {
        { "resilience.http.client", client.Name },
        { "http.request.method", MethodOf(request) },
        { "server.address", LogText.Host(request.RequestUri) },
        { "server.port", request.RequestUri is { IsAbsoluteUri: true } address ? (object?)address.Port : null },
    };

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
