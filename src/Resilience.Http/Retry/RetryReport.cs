namespace Resilience.Http;

/// <summary>How the retries of one call went.</summary>
/// <param name="Attempts">How many attempts were sent.</param>
/// <param name="Stopped">Why there was no further one.</param>
public sealed record RetryReport(int Attempts, RetryStopReason Stopped);
