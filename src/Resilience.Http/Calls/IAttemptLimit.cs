namespace Resilience.Http;

/// <summary>What bounds the time of an attempt.</summary>
internal interface IAttemptLimit
{
    /// <summary>What an attempt ends in that took longer than its own timeout.</summary>
    Exception TimedOut(TimeSpan timeout, Exception cause);
}
