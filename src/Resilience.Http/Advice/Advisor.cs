using System.Net;

namespace Resilience.Http;

/// <summary>Makes outcomes of the attempts of one client, with the server's advice, and remembers the last advice of each partition.</summary>
internal sealed class Advisor(ResilientClient client)
{
    private const int MaxBodyBytes = 64 * 1024;

    private readonly IAdviceReader[] _readers = [.. client.Chain.AdviceReaders];
    private readonly AdviceLog _log = new(client);

    public IReadOnlyCollection<PartitionAdvice> Last => _log.All;

    /// <summary>Whether some reader looks for advice in the body.</summary>
    public bool ReadsBodyOf(HttpResponseMessage response) => FindInterested(response).Length > 0;

    /// <summary>The outcome of an attempt that was answered, without its body. Never throws, whatever the server sent.</summary>
    public Outcome Judge(HttpResponseMessage response) => Outcome.Of(response, StandardAdvice.Read(response, client.Time));

    /// <summary>The outcome of an attempt that was answered. Never throws, whatever the server sent.</summary>
    public ValueTask<Outcome> JudgeAsync(HttpRequestMessage request, HttpResponseMessage response, bool async, CancellationToken caller)
        => FindInterested(response) is { Length: > 0 } readers
            ? ReadBodyAsync(request, response, readers, async, caller)
            : new(Judge(response));

    public void Note(HttpRequestMessage request, in Outcome outcome)
    {
        if (outcome.Advice is { } advice)
            _log.Add(request, advice, outcome.Label);
    }

    private IAdviceReader[] FindInterested(HttpResponseMessage response)
        => _readers.Length > 0 ? AskAll(response) : _readers;

    // Apart from the above, which would else allocate the closure for nothing.
    private IAdviceReader[] AskAll(HttpResponseMessage response)
        => Array.FindAll(_readers, reader => IsInterested(reader, response));

    private bool IsInterested(IAdviceReader reader, HttpResponseMessage response)
    {
        try
        {
            return reader.Reads(response);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Signals.CallbackFailed(client.Logger, nameof(IAdviceReader), e);
            return false;
        }
    }

    private async ValueTask<Outcome> ReadBodyAsync(
        HttpRequestMessage request, HttpResponseMessage response, IAdviceReader[] readers, bool async, CancellationToken caller)
    {
        var settings = RequestSettings.FindOrAdd(request);
        if (settings.JudgmentOf(response) is { } judged)
            return judged;

        var body = await TextOfAsync(response, async, caller).ConfigureAwait(false);
        var advice = StandardAdvice.Read(response, client.Time);
        foreach (var reader in readers)
            client.Signals.Guard(client.Logger, reader => advice = reader.Read(response, body, advice), reader);

        var outcome = Outcome.Of(response, advice);
        settings.Judged = outcome;
        return outcome;
    }

    private static async ValueTask<string> TextOfAsync(HttpResponseMessage response, bool async, CancellationToken caller)
    {
        if (response.StatusCode is HttpStatusCode.NoContent || response.RequestMessage?.Method == HttpMethod.Head || MediaType.Of(response.Content).Is("text/html"))
            return string.Empty;

        try
        {
            var bytes = await BodyPeek.ReadAsync(response, MaxBodyBytes, async, caller).ConfigureAwait(false);
            return new ProblemSource(response, ContentCoding.Undo(bytes, response.Content.Headers.ContentEncoding, MaxBodyBytes)).Text;
        }
        catch (OperationCanceledException)
        {
            // Whoever reads the body next finds out.
            return string.Empty;
        }
    }
}
