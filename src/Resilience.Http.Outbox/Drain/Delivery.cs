namespace Resilience.Http;

/// <summary>One try of one entry, seen from within the client's chain: outer policies may replace what it came to.</summary>
internal sealed class Delivery(OutboxClient client, OutboxRow row)
{
    // That an earlier try was sent is forgotten where somebody has said that the server does not know it: a person, or the reconciler, who may be wrong.
    private readonly bool? _wasTried = row.FirstSentAt is not null ? true : row.Tries > 1 ? null : false;
    private OutboxSettings? _settings;
    private int _sentWhenJudged;

    public TryOutcome? Tried { get; private set; }

    /// <summary>The answer of the server, if it was final.</summary>
    public ReadOnlyMemory<byte> Answer { get; private set; }

    /// <summary>Whether an earlier try, or an attempt before the last of this one, may have been processed; null if nobody knows any more.</summary>
    public bool? WasTriedBefore => _settings?.Sent > 1 ? true : _wasTried;

    /// <summary>For the handler: makes the call and notes what it came to.</summary>
    public async Task<HttpResponseMessage> RunAsync(HttpRequestMessage request, Deadline deadline, Func<Task<HttpResponseMessage>> send)
    {
        (var method, _settings) = (request.Method, OutboxSettings.For(request));
        try
        {
            _settings.Enter(request, client, row.SentKey ?? row.Key);
            var response = await send().ConfigureAwait(false);
            _sentWhenJudged = _settings.Sent;
            Tried = await TryOutcome.OfAsync(response, request, method, _settings, client, _wasTried is not false).ConfigureAwait(false);
            Answer = await ReadAsync(response, deadline).ConfigureAwait(false);
            return response;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _sentWhenJudged = _settings.Sent;
            // Of several at once, one that was answered says more than one that was cancelled for it.
            Tried = e is OperationCanceledException && Tried is { Status: not null } answered
                ? answered with { MayHaveBeenProcessed = _settings.Sent > 0 }
                : TryOutcome.Of(e, _settings, wasReplaced: request.Method != method);
            throw;
        }
    }

    /// <summary>It did not get as far as the handler; or somebody outside waits for that no longer, and then what it has sent is not taken back by whatever comes of it.</summary>
    public void Failed(Exception exception)
    {
        _settings?.Close();
        Tried ??= TryOutcome.Of(exception, _settings);
        // What a handler inside has left behind may have left since.
        if (_settings?.Sent > _sentWhenJudged)
            Tried = Tried with { MayHaveBeenProcessed = true };
    }

    // What comes after is nobody's: the status is the answer, the body a part of it if it arrives while there is time.
    private async Task<byte[]> ReadAsync(HttpResponseMessage response, Deadline deadline)
    {
        var left = deadline.IsKnown ? deadline.Left(client.Time.GetTimestamp()) : client.Options.CallTimeout;
        using var timeout = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, client.Time);
        try
        {
            await response.Content.LoadIntoBufferAsync(client.Options.MaxAnswerBytes, timeout.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
            return EntryAnswer.ToBytes(response.Content.Headers.ContentType?.ToString(), body);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return EntryAnswer.ToBytes(null, default);
        }
    }
}
