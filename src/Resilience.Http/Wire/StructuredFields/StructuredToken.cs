namespace Resilience.Http;

/// <summary>A word without quotes (RFC 9651 §3.3.4).</summary>
internal sealed record StructuredToken(string Text);
