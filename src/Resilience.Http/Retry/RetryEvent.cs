namespace Resilience.Http;

/// <summary>A retry that is about to be made, before the wait.</summary>
public sealed class RetryEvent
{
    /// <summary>An event made for a test.</summary>
    /// <param name="request">The request that will be sent again.</param>
    /// <param name="outcome">What the attempt before came to.</param>
    /// <param name="attempt">The number of the attempt to come: 2 for the first retry.</param>
    /// <param name="delay">The wait before it.</param>
    public RetryEvent(HttpRequestMessage request, Outcome outcome, int attempt, TimeSpan delay)
        => (Request, Outcome, Attempt, Delay) = (request, outcome, attempt, delay);

    /// <summary>The request that will be sent again.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>What the attempt before came to; its response is disposed once the callback returns.</summary>
    public Outcome Outcome { get; }

    /// <summary>The number of the attempt to come: 2 for the first retry.</summary>
    public int Attempt { get; }

    /// <summary>The wait before it.</summary>
    public TimeSpan Delay { get; }
}
