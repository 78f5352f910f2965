namespace Resilience.Http;

/// <summary>An address as it was written and what service discovery made of it.</summary>
internal sealed record DiscoveredAddress(Uri Written, Uri Found);
