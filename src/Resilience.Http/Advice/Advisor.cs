namespace Resilience.Http;

/// <summary>Judges the attempts of one client: makes their outcomes, with the server's advice, and remembers the last advice of each partition.</summary>
internal sealed class Advisor(ClientContext client)
{
    private readonly BodyBounds _bounds = new(64 * 1024, TimeSpan.FromSeconds(2), client.Time);
    private readonly IAdviceReader[] _readers = [.. client.AdviceReaders];
    private readonly AdviceLog _log = new(client);

    public IReadOnlyCollection<PartitionAdvice> Last => _log.All;

    /// <summary>Whether some reader looks for advice in the body.</summary>
    public bool ReadsBodyOf(HttpRequestMessage request, HttpResponseMessage response) => FindInterested(request, response).Length > 0;

    /// <summary>The outcome of an attempt that was answered, without its body. Never throws, whatever the server sent.</summary>
    public Outcome Judge(HttpResponseMessage response) => Outcome.FromResponse(response, StandardAdvice.Read(response, client.Time));

    /// <summary>
    /// The outcome of an attempt that was answered. The body is read within bounds. A slow or broken body changes nothing that the status and the
    /// fields say. Throws only if the caller cancels, whatever the server sent.
    /// </summary>
    public ValueTask<Outcome> JudgeAsync(HttpRequestMessage request, HttpResponseMessage response, bool async, Deadline deadline, CancellationToken cancellationToken)
        => FindInterested(request, response) is { Length: > 0 } readers
            ? ReadBodyAsync(request, response, readers, async, deadline, cancellationToken)
            : new(Judge(response));

    public void Note(Attempt attempt, in Outcome outcome)
    {
        if (outcome.Advice is { } advice)
            _log.Add(attempt, advice, outcome.Label);
    }

    private IAdviceReader[] FindInterested(HttpRequestMessage request, HttpResponseMessage response)
        => _readers.Length > 0 ? AskAll(request, response) : _readers;

    // A method of its own: in the one above, the closure would be allocated on every call.
    private IAdviceReader[] AskAll(HttpRequestMessage request, HttpResponseMessage response)
        => Array.FindAll(_readers, reader => IsInterested(reader, request, response));

    private bool IsInterested(IAdviceReader reader, HttpRequestMessage request, HttpResponseMessage response)
    {
        try
        {
            return reader.CanRead(request, response);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Signals.CallbackFailed(nameof(IAdviceReader), e);
            return false;
        }
    }

    private async ValueTask<Outcome> ReadBodyAsync(
        HttpRequestMessage request, HttpResponseMessage response, IAdviceReader[] readers, bool async, Deadline deadline, CancellationToken cancellationToken)
    {
        var settings = RequestSettings.For(request);
        if (settings.JudgmentOf(response) is { } judged)
            return judged;

        var body = await TextOfAsync(response, _bounds.Within(deadline), async, cancellationToken).ConfigureAwait(false);
        var advice = StandardAdvice.Read(response, client.Time);
        foreach (var reader in readers)
            client.Signals.Guard(reader => advice = reader.Read(request, response, body, advice), reader);

        var outcome = Outcome.FromResponse(response, advice);
        settings.Judged = outcome;
        return outcome;
    }

    private static async ValueTask<string> TextOfAsync(HttpResponseMessage response, BodyBounds bounds, bool async, CancellationToken cancellationToken)
    {
        if (!BodyRules.MayHaveBody(response) || BodyRules.IsConnection(response) || MediaType.Of(response.Content).Is("text/html"))
            return string.Empty;

        var bytes = await BodyPeek.ReadAsync(response, bounds, async, cancellationToken).ConfigureAwait(false);
        return BodyText.Decode(ContentCoding.Undo(bytes, response.Content.Headers.ContentEncoding, bounds.Bytes), MediaType.Of(response.Content));
    }
}
