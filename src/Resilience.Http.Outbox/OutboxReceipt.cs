namespace Resilience.Http;

/// <summary>Says that a call is kept, and finds it again.</summary>
/// <param name="Id">A UUID of version 7 (RFC 9562 §5.7) without hyphens, 32 characters. It begins with the time, so that a database finds new entries side by side; 74 bits are random, so that nobody can guess it.</param>
public readonly record struct OutboxReceipt(string Id)
{
    /// <summary>The id.</summary>
    public override string ToString() => LogText.OneLine(Id);
}
