namespace Resilience.Http;

/// <summary>Says that a call is kept, and finds it again.</summary>
/// <param name="Id">Random, 32 characters; nobody can guess it.</param>
public readonly record struct OutboxReceipt(string Id)
{
    /// <summary>The id.</summary>
    public override string ToString() => LogText.OneLine(Id);
}
