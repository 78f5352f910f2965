namespace Resilience.Http;

/// <summary>A retry that is about to be made, told before the wait.</summary>
/// <param name="Request">The request that will be sent again.</param>
/// <param name="Outcome">What the attempt before came to; its response is disposed once the callback returns.</param>
/// <param name="Attempt">The number of the attempt to come: 2 for the first retry.</param>
/// <param name="Delay">The wait before it.</param>
public readonly record struct RetryEvent(HttpRequestMessage Request, Outcome Outcome, int Attempt, TimeSpan Delay);
