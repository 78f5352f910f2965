using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing;

/// <summary>
/// A server in memory: a primary handler that answers by script and remembers what reached it. It follows redirects as the real one does, and fails as the
/// real one does. Disposing it does nothing, so that one serves any number of chains. Safe for concurrent use.
/// </summary>
public sealed class ScriptedUpstream : HttpMessageHandler
{
    // That of SocketsHttpHandler.
    private const int MaxRedirects = 50;
    private readonly AttemptLog _log = new();

    /// <summary>An upstream that answers with these statuses.</summary>
    /// <param name="statuses">One for each request, the last one for good; 200 if there is none.</param>
    public ScriptedUpstream(params int[] statuses)
    {
        ArgumentNullException.ThrowIfNull(statuses);
        foreach (var status in statuses)
            Script.Then(status);
    }

    /// <summary>An upstream that answers by script.</summary>
    /// <param name="script">Writes the script.</param>
    public ScriptedUpstream(Action<UpstreamScript> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        script(Script);
    }

    /// <summary>An upstream that is a function.</summary>
    /// <param name="answer">Answers each request, or throws what the transport would throw; see <see cref="Reply.From"/>.</param>
    public ScriptedUpstream(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) => Script.Then(Reply.From(answer));

    /// <summary>An upstream that is a function.</summary>
    /// <param name="answer">Answers each request at once; see <see cref="Reply.From"/>.</param>
    public ScriptedUpstream(Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> answer)
        : this((request, cancellationToken) => Task.FromResult(answer(request, cancellationToken)))
    {
    }

    /// <summary>What it answers; may be written anew at any time.</summary>
    public UpstreamScript Script { get; } = new();

    /// <summary>The clock of its delays, storms and records. The default is the system's; with a container it is that of the container.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Whether redirects are followed. The default is true; with a container it is what the replaced handler was set to.</summary>
    public bool FollowsRedirects { get; set; } = true;

    /// <summary>What reached it so far, in order.</summary>
    public IReadOnlyList<UpstreamAttempt> Attempts => _log.All;

    /// <summary>The time between the attempts of each call, in the order in which they were sent: backoff, and time in queues.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. Attempts.Select(attempt => attempt.Wait).OfType<TimeSpan>()];

    /// <summary>How the retries of the last call went that reached it; null if it needed none.</summary>
    public RetryReport? RetryReport => Attempts is [.., var last] ? last.Request?.GetRetryReport() : null;

    internal AttemptLog Log => _log;

    /// <summary>The upstream in the place of another handler, on the clock of the container.</summary>
    internal HttpMessageHandler CreateHandler(HttpMessageHandler replaced, IServiceProvider services)
    {
        (Time, FollowsRedirects) = (services.GetService<TimeProvider>() ?? Time, PrimaryHandler.FollowsRedirects(replaced));
        return this;
    }

    /// <summary>Completes once for every attempt that reaches the upstream, so that a test can act while it is being answered.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The attempt; not the same twice.</returns>
    public Task<UpstreamAttempt> WaitForAttemptAsync(CancellationToken cancellationToken = default) => _log.WaitAsync(cancellationToken);

    /// <summary>Opens the same script, and the same record, on a real socket.</summary>
    /// <returns>The server; to be disposed.</returns>
    public ScriptedServer Listen() => new(this);

    /// <summary>Attempts and waits.</summary>
    /// <returns>A line each.</returns>
    public override string ToString() => _log.ToString();

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var hops = 0; ; hops++)
        {
            var (response, mayRedirect) = await SendOnceAsync(request, isRedirected: hops > 0, cancellationToken).ConfigureAwait(false);
            if (!FollowsRedirects || !mayRedirect || hops == MaxRedirects || !Redirect.Follow(request, response))
                return response;

            response.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    // A function plays the whole transport, redirects included.
    private async Task<(HttpResponseMessage Response, bool MayRedirect)> SendOnceAsync(HttpRequestMessage request, bool isRedirected, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var step = Script.Next(Time.GetUtcNow());
        var body = step.RecordsBody && request.Content is { } content ? await content.ReadBodyAsync(cancellationToken).ConfigureAwait(false) : [];
        var attempt = _log.Add(request, before => RequestRecord.Of(request, body, isRedirected, before, Time.GetUtcNow()));
        var reply = step.ReplyTo(attempt);
        try
        {
            var response = await new MemoryReply(reply, Time).SendAsync(request, () => attempt.IsResponseDisposed = true, cancellationToken).ConfigureAwait(false);
            attempt.End(reply.Answer is null ? reply.ToString() : $"{(int)response.StatusCode}", Time.GetUtcNow());
            return (response, reply.Answer is null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            attempt.End(e is OperationCanceledException ? "given up" : reply.ToString(), Time.GetUtcNow());
            throw;
        }
    }
}
