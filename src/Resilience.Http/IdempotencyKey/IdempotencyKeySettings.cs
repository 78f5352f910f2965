namespace Resilience.Http;

/// <summary>What of <see cref="IdempotencyKeyOptions"/> the binder can read.</summary>
internal sealed class IdempotencyKeySettings
{
    public string? HeaderName { get; set; }

    public IdempotencyKeyFormat? Format { get; set; }

    public IList<string> Methods { get; } = [];
}
