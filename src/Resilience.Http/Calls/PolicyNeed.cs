namespace Resilience.Http;

/// <summary>Something that a request asks for and only one policy can do: lost without a word, the caller would believe that it was done.</summary>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Missing">What the call ends in if the client of this name does not have the policy.</param>
internal sealed record PolicyNeed(string Policy, Func<string, ResilienceException> Missing);
