namespace Resilience.Http.Testing;

/// <summary>
/// What an upstream answers, one step for each request; the last step is for good. It may be written anew while the upstream is in use. Empty, it answers
/// 200. Safe for concurrent use.
/// </summary>
public sealed class UpstreamScript
{
    private readonly Lock _lock = new();
    private readonly List<ScriptStep> _steps = [];
    private int _next;
    private DateTimeOffset? _endOfStorm;

    internal UpstreamScript()
    {
    }

    /// <summary>Starts the script, or starts it anew, with a status.</summary>
    /// <param name="status">From 100 to 999.</param>
    /// <param name="body">The body, in UTF-8.</param>
    /// <param name="retryAfter">The seconds of a <c>Retry-After</c>; null for none.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Answer(int status, string body = "", int? retryAfter = null) => Answer(ReplyOf(status, body, retryAfter));

    /// <summary>Starts the script, or starts it anew, with a fault of a 200.</summary>
    /// <param name="fault">The fault.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Answer(Fault fault) => Restart().Then(fault);

    /// <summary>Starts the script, or starts it anew, with a reply.</summary>
    /// <param name="reply">The reply.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Answer(Reply reply) => Restart().Then(reply);

    /// <summary>Starts the script, or starts it anew, with what a function makes of the request.</summary>
    /// <param name="reply">Makes the reply to a request.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Answer(Func<UpstreamAttempt, Reply> reply) => Restart().Then(reply);

    /// <summary>Answers the next request with a status.</summary>
    /// <param name="status">From 100 to 999.</param>
    /// <param name="body">The body, in UTF-8.</param>
    /// <param name="retryAfter">The seconds of a <c>Retry-After</c>; null for none.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Then(int status, string body = "", int? retryAfter = null) => Then(ReplyOf(status, body, retryAfter));

    /// <summary>Answers the next request with a fault of a 200; a storm, all requests until it is over.</summary>
    /// <param name="fault">The fault.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Then(Fault fault)
        => Add(new(Reply.Ok().With(fault), Lasting: fault.Lasting));

    /// <summary>Answers the next request with a reply.</summary>
    /// <param name="reply">The reply.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Then(Reply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return Add(new(reply));
    }

    /// <summary>Answers the next request with what a function makes of it.</summary>
    /// <param name="reply">Makes the reply to a request.</param>
    /// <returns>The same script.</returns>
    public UpstreamScript Then(Func<UpstreamAttempt, Reply> reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return Add(new(null, reply));
    }

    /// <summary>What to do with the next request.</summary>
    internal ScriptStep Next(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_steps.Count == 0)
                return new(Reply.Ok());

            if (_endOfStorm <= now)
                (_endOfStorm, _next) = (null, _next + 1);
            var step = _steps[Math.Min(_next, _steps.Count - 1)];
            if (step.Lasting == default)
                _next++;
            else
                _endOfStorm ??= now + step.Lasting;
            return step;
        }
    }

    private static Reply ReplyOf(int status, string body, int? retryAfter)
        => retryAfter is { } seconds ? Reply.Status(status, body).WithRetryAfter(seconds) : Reply.Status(status, body);

    private UpstreamScript Restart()
    {
        lock (_lock)
        {
            _steps.Clear();
            (_next, _endOfStorm) = (0, null);
        }

        return this;
    }

    private UpstreamScript Add(ScriptStep step)
    {
        lock (_lock)
            _steps.Add(step);
        return this;
    }
}
