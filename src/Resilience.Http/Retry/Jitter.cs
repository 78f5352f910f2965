namespace Resilience.Http;

/// <summary>
/// How chance spreads the waits before retries, so that clients that failed together do not return together. It applies after the cap:
/// waits that have grown to <c>MaxDelay</c> stay spread. The curves are those of the AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </summary>
public enum Jitter
{
    /// <summary>The bound itself, to the tick, and the server's advice to the tick. For tests, and for a client that is alone.</summary>
    None,

    /// <summary>Half the bound at least, the bound at most: the fewest calls under heavy contention, a slower recovery than <see cref="Full"/>.</summary>
    Equal,

    /// <summary>Anything from zero to the bound: few calls and a fast recovery.</summary>
    Full,

    /// <summary>From <c>BaseDelay</c> to three times the previous wait: the fastest recovery for some ten clients, at the price of more calls.</summary>
    Decorrelated,
}
