namespace Resilience.Http;

/// <summary>A string of Unicode (RFC 9651 §3.3.8).</summary>
internal sealed record StructuredDisplayString(string Text);
