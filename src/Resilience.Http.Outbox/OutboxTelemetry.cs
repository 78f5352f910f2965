using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>What the outbox publishes of one client: counters, gauges, log lines without anything secret.</summary>
internal sealed partial class OutboxTelemetry
{
    private const int MaxReason = 1000;

    private readonly ClientContext _client;
    private readonly Counter<long> _kept;
    private readonly Counter<long> _notKept;
    private readonly Counter<long> _ended;

    public OutboxTelemetry(ClientContext client)
    {
        _client = client;
        var meter = client.Meter;
        _kept = meter.CreateCounter<long>("resilience.http.outbox.kept", "{call}", "Calls that were not answered, and are made later.");
        _notKept = meter.CreateCounter<long>("resilience.http.outbox.not_kept", "{call}", "Calls that failed and could not be kept.");
        _ended = meter.CreateCounter<long>("resilience.http.outbox.ended", "{call}", "Kept calls that have ended, by what became of them.");
        meter.CreateObservableGauge<long>("resilience.http.outbox.waiting", () => Measure(Status?.Waiting), "{call}", "Kept calls that have no final answer yet.");
        meter.CreateObservableGauge<long>("resilience.http.outbox.dead", () => Measure(Status?.Dead), "{call}", "Dead letters.");
        meter.CreateObservableGauge<double>("resilience.http.outbox.oldest", () => Measure(Status?.Age.TotalSeconds), "s", "The age of the oldest call that waits.");
    }

    private KeyValuePair<string, object?> Tag => new("resilience.http.client", _client.Name);

    /// <summary>What was counted last; null before that.</summary>
    public OutboxStatus? Status { get; private set; }

    public void Counted(IEnumerable<OutboxCount> counts, DateTimeOffset now) => Status = OutboxStatus.Of(_client.Name, counts, now);

    public void Kept(string reason)
    {
        Count(_kept, Tag);
        LogKept(_client.Logger, _client.Name, reason);
    }

    public void NotKept(Exception obstacle)
    {
        Count(_notKept, Tag);
        LogNotKept(_client.Logger, _client.Name, LogText.Message(obstacle, MaxReason));
    }

    public void Ended(OutboxRow row)
    {
        Count(_ended, Tag, new("resilience.http.state", row.State.ToString()));
        var (level, id, destination) = (row.State is OutboxState.Dead ? LogLevel.Error : LogLevel.Debug, IdOf(row), LogText.OneLine(row.Destination));
        var reason = row.Reason is null ? null : LogText.OneLine(row.Reason);
        LogEnded(_client.Logger, level, _client.Name, id, destination, row.State, reason, row.Tries);
    }

    public void Overtaken(OutboxRow row) => LogOvertaken(_client.Logger, _client.Name, IdOf(row));

    public void NotNoted(OutboxRow row, Exception e) => LogNotNoted(_client.Logger, _client.Name, IdOf(row), e);

    public void Undecodable(OutboxRow row, Exception e) => LogUndecodable(_client.Logger, _client.Name, IdOf(row), LogText.Message(e, MaxReason));

    public void ReconcilerFailed(OutboxRow row, Exception e) => LogReconcilerFailed(_client.Logger, _client.Name, IdOf(row), e);

    public void ObserverFailed(OutboxRow row, Exception e) => LogObserverFailed(_client.Logger, _client.Name, IdOf(row), e);

    public void RestoreFailed(OutboxRow row, Exception e) => LogRestoreFailed(_client.Logger, _client.Name, IdOf(row), e);

    public void DrainFailed(Exception e) => LogDrainFailed(_client.Logger, _client.Name, e);

    public void AnswerNotStored(OutboxRow row, Exception e) => LogAnswerNotStored(_client.Logger, _client.Name, IdOf(row), LogText.Message(e, MaxReason));

    public void NotStored(string header) => LogNotStored(_client.Logger, _client.Name, LogText.OneLine(header));

    public void NotLookedUp(Exception e) => LogNotLookedUp(_client.Logger, _client.Name, LogText.Message(e, MaxReason));

    public void JudgeFailed(Exception e) => LogJudgeFailed(_client.Logger, _client.Name, e);

    public void NotMade(Exception e) => LogNotMade(_client.Logger, _client.Name, e);

    /// <summary>Said once of another client, by one that there is.</summary>
    public void NotRegistered(string other) => LogNotRegistered(_client.Logger, LogText.OneLine(other));

    /// <summary>There is no client yet that this could be told of.</summary>
    public static void NotMade(ILogger logger, string client, Exception e) => LogNotMade(logger, client, e);

    // A listener may throw: that a call is kept, or has ended, is as it is.
    private static void Count(Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }

    // Whoever can write the store can write anything.
    private static string IdOf(OutboxRow row) => LogText.OneLine(row.Id);

    // Nothing, rather than zero, where another process drains and counts.
    private Measurement<T>[] Measure<T>(T? value) where T : struct
        => value is { } known ? [new(known, Tag)] : [];

    [LoggerMessage(1000, LogLevel.Information, "Client '{Client}': a call is kept and will be made later: {Reason}.")]
    private static partial void LogKept(ILogger logger, string client, string reason);

    [LoggerMessage(1001, LogLevel.Error, "Client '{Client}': a call has failed and was not kept, as far as is known. {Obstacle}")]
    private static partial void LogNotKept(ILogger logger, string client, string obstacle);

    [LoggerMessage(EventId = 1002, Message = "Client '{Client}': the kept call {Id} to {Destination} is {State}: {Reason}; tries: {Tries}.")]
    private static partial void LogEnded(ILogger logger, LogLevel level, string client, string id, string destination, OutboxState state, string? reason, int tries);

    [LoggerMessage(1003, LogLevel.Information, "Client '{Client}': a late result of the kept call {Id} changes nothing, because its lease had ended.")]
    private static partial void LogOvertaken(ILogger logger, string client, string id);

    [LoggerMessage(1004, LogLevel.Warning, "Client '{Client}': the result of the kept call {Id} could not be noted; the same key is sent again, or observers are told again.")]
    private static partial void LogNotNoted(ILogger logger, string client, string id, Exception e);

    [LoggerMessage(1005, LogLevel.Error, "Client '{Client}': the kept call {Id} cannot be read. {Why}")]
    private static partial void LogUndecodable(ILogger logger, string client, string id, string why);

    [LoggerMessage(1006, LogLevel.Error, "Client '{Client}': the reconciler failed for the kept call {Id}; it is asked again later.")]
    private static partial void LogReconcilerFailed(ILogger logger, string client, string id, Exception e);

    [LoggerMessage(1007, LogLevel.Error, "Client '{Client}': an observer failed for the kept call {Id}; it is told again later.")]
    private static partial void LogObserverFailed(ILogger logger, string client, string id, Exception e);

    [LoggerMessage(1009, LogLevel.Error, "Client '{Client}': OnRestore failed for the kept call {Id}; it is tried again later.")]
    private static partial void LogRestoreFailed(ILogger logger, string client, string id, Exception e);

    [LoggerMessage(1008, LogLevel.Error, "Client '{Client}': the outbox could not be drained; it is tried again in a second.")]
    private static partial void LogDrainFailed(ILogger logger, string client, Exception e);

    [LoggerMessage(1011, LogLevel.Error, "Client '{Client}': the answer to the kept call {Id} is not stored. {Why}")]
    private static partial void LogAnswerNotStored(ILogger logger, string client, string id, string why);

    [LoggerMessage(1013, LogLevel.Warning, "Client '{Client}': the header {Header} of a call that was kept is not stored, so that the call is made without it unless a handler sets it again. If it says for whom the call is, name it in Outbox.StoredHeaders.")]
    private static partial void LogNotStored(ILogger logger, string client, string header);

    [LoggerMessage(1012, LogLevel.Error, "Client '{Client}': its kept calls are not made, because this program has no client of that name with an outbox. Register it, or drain them by a program that does.")]
    private static partial void LogNotRegistered(ILogger logger, string client);

    [LoggerMessage(1014, LogLevel.Warning, "Client '{Client}': a call was sent, and the store does not say whether one is kept under its key, which would be trusted for too long; it is asked again. {Why}")]
    private static partial void LogNotLookedUp(ILogger logger, string client, string why);

    [LoggerMessage(1015, LogLevel.Error, "Client '{Client}': the profile's Judge failed, so that it is not known what the answer to a call says of its key.")]
    private static partial void LogJudgeFailed(ILogger logger, string client, Exception e);

    [LoggerMessage(1010, LogLevel.Error, "Client '{Client}' cannot be made, so that its kept calls are not made either; it is tried again in a second.")]
    private static partial void LogNotMade(ILogger logger, string client, Exception e);
}
