namespace Resilience.Http;

/// <summary>One bucket at one moment.</summary>
/// <param name="Partition">Whose it is: the name that the options or a request chose, or <c>*</c> for the whole client.</param>
/// <param name="Level">Permits that are free; 0 while somebody waits.</param>
/// <param name="Waiting">Attempts that wait for a permit.</param>
/// <param name="PausedUntil">When the pause ends that the server asked for; null if there is none.</param>
public readonly record struct TokenBucketStatus(string Partition, int Level, int Waiting, DateTimeOffset? PausedUntil);
