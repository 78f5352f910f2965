namespace Resilience.Http;

/// <summary>
/// A rule for the place of a policy in a chain. It names the other policy rather than its type, so that the other need not be referenced.
/// </summary>
public sealed class PolicyOrder
{
    private PolicyOrder(string other, bool isInside, string because, bool isRequired = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(other);
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        (Other, IsInside, IsRequired, Because) = (other, isInside, isRequired, because);
    }

    /// <summary>The name of the other policy.</summary>
    public string Other { get; }

    /// <summary>Whether the policy with this rule must stand inside the other; else outside.</summary>
    public bool IsInside { get; }

    /// <summary>Whether a chain without the other policy stops the host; else the rule is ignored there.</summary>
    public bool IsRequired { get; }

    /// <summary>Why, as it reads after <c>because</c>.</summary>
    public string Because { get; }

    /// <summary>The policy with this rule must stand inside another.</summary>
    /// <param name="policy">The name of the other policy.</param>
    /// <param name="because">Why, as it reads after <c>because</c>: <c>every attempt must be counted</c>.</param>
    /// <returns>The rule.</returns>
    public static PolicyOrder Inside(string policy, string because) => new(policy, isInside: true, because);

    /// <summary>The policy with this rule must stand outside another.</summary>
    /// <param name="policy">The name of the other policy.</param>
    /// <param name="because">Why, as it reads after <c>because</c>: <c>it must see every failure</c>.</param>
    /// <returns>The rule.</returns>
    public static PolicyOrder Outside(string policy, string because) => new(policy, isInside: false, because);

    /// <summary>The policy with this rule must stand inside another, and does nothing in a chain that lacks it.</summary>
    /// <param name="policy">The name of the other policy.</param>
    /// <param name="because">Why, as it reads after <c>because</c>: <c>it works with what that makes</c>.</param>
    /// <returns>The rule.</returns>
    public static PolicyOrder Needs(string policy, string because) => new(policy, isInside: true, because, isRequired: true);
}
