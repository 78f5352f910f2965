namespace Resilience.Http;

/// <summary>A server that has asked for a pause, which counts for all instances.</summary>
/// <param name="Authority">Whose server, such as <c>https://api.example.com:443</c>. Requests to others are not paused.</param>
/// <param name="Left">How much longer.</param>
public readonly record struct QuotaPause(string Authority, TimeSpan Left);
