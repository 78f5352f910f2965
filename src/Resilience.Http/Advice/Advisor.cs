using System.Net;

namespace Resilience.Http;

/// <summary>Makes outcomes of the attempts of one client, with the server's advice, and remembers the last advice of each partition.</summary>
internal sealed class Advisor(ResilientClient client)
{
    private const int MaxBodyBytes = 64 * 1024;

    private readonly IAdviceReader[] _readers = [.. client.Chain.AdviceReaders];
    private readonly AdviceLog _log = new(client);

    public IReadOnlyCollection<PartitionAdvice> Last => _log.All;

    /// <summary>The outcome of an attempt that has ended. Never throws, whatever the server sent.</summary>
    public ValueTask<Outcome> JudgeAsync(HttpRequestMessage request, Task<HttpResponseMessage> ended, bool async, CancellationToken caller)
        => ResponseOf(ended) is { } response ? JudgeAsync(request, response, async, caller) : new(Outcome.Of(ended, caller));

    public ValueTask<Outcome> JudgeAsync(HttpRequestMessage request, HttpResponseMessage response, bool async, CancellationToken caller)
        => FindInterested(response) is { Length: > 0 } readers
            ? ReadBodyAsync(request, response, readers, async, caller)
            : new(Outcome.Of(response, StandardAdvice.Read(response, client.Time)));

    /// <summary>Whether an attempt was a success and no body has to be read to know that.</summary>
    public bool IsPlainSuccess(Task<HttpResponseMessage> ended)
        => ResponseOf(ended) is { } response && (int)response.StatusCode < 400 && FindInterested(response).Length == 0;

    /// <summary>The response to an attempt that was one, if it advises nothing either.</summary>
    public HttpResponseMessage? SilentSuccessIn(Task<HttpResponseMessage> ended)
        => IsPlainSuccess(ended) && StandardAdvice.Read(ended.Result, client.Time) is null ? ended.Result : null;

    public void Note(HttpRequestMessage request, in Outcome outcome)
    {
        if (outcome.Advice is { } advice)
            _log.Add(request, advice, outcome.Label);
    }

    private static HttpResponseMessage? ResponseOf(Task<HttpResponseMessage> ended) => ended.IsCompletedSuccessfully ? ended.Result : null;

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
        if (settings.Judged is { } judged && ReferenceEquals(judged.Response, response))
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
