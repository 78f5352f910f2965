namespace Resilience.Http;

/// <summary>New options of a client are in force, or were rejected.</summary>
public sealed class OptionsChange : ClientEvent
{
    /// <summary>A change made for a test of what hears of it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="policy">The name of the policy whose options are new; null if the change was rejected.</param>
    /// <param name="rejection">What was wrong; null if the new options are in force.</param>
    public OptionsChange(ClientContext client, string? policy, string? rejection = null)
        : base(client) => (Policy, Rejection) = (policy, rejection);

    /// <summary>The name of the policy whose options are new; null if the change was rejected, which is always done as a whole.</summary>
    public string? Policy { get; }

    /// <summary>What was wrong; null if the new options are in force.</summary>
    public string? Rejection { get; }

    /// <summary>What came of it.</summary>
    /// <returns>Such as <c>Retry: new options are in force</c>.</returns>
    public override string ToString() => Rejection ?? $"{Policy}: new options are in force";
}
