namespace Resilience.Http;

/// <summary>An item of a structured field (RFC 9651 §3) with its parameters.</summary>
/// <param name="Value">
/// A <see cref="long"/>, <see cref="decimal"/>, <see cref="string"/>, <see cref="StructuredToken"/>, <see cref="bool"/>, array of bytes,
/// <see cref="StructuredDate"/> or <see cref="StructuredDisplayString"/>; for an inner list an array of items.
/// </param>
/// <param name="Parameters">By name. If a name occurs twice, the last counts.</param>
internal sealed record StructuredItem(object Value, Dictionary<string, object> Parameters)
{
    public object? this[string parameter] => Parameters.GetValueOrDefault(parameter);
}
