using System.Net;

namespace Resilience.Http;

/// <summary>
/// How a provider treats idempotency keys. One of those that are shipped, or one of your own: <c>IdempotencyProfile.Standard with { … }</c>. Immutable; the shipped ones stand
/// in this class with the date at which the provider's pages said so.
/// </summary>
public sealed partial record IdempotencyProfile
{
    /// <summary>The name, by which configuration knows the shipped ones.</summary>
    public required string Name { get; init; }

    /// <summary>Where the key is. The default is <see cref="IdempotencyKeyCarrier.Header"/>.</summary>
    public IdempotencyKeyCarrier Carrier { get; init; }

    /// <summary>The header that carries the key. The default is <c>Idempotency-Key</c>.</summary>
    public string HeaderName { get; init; } = "Idempotency-Key";

    /// <summary>How the key is written. The default is <see cref="IdempotencyKeyFormat.Raw"/>.</summary>
    public IdempotencyKeyFormat Format { get; init; }

    /// <summary>The fewest characters of a key. The default is 1.</summary>
    public int MinLength { get; init; } = 1;

    /// <summary>The most characters of a key, up to 255, which is the default.</summary>
    public int MaxLength { get; init; } = IdempotencyKeyGrammar.MaxLength;

    /// <summary>Whether keys may have letters, digits and hyphens only. The default is false: what the format allows.</summary>
    public bool IsAlphanumeric { get; init; }

    /// <summary>The methods on which keys are honoured, and which get one. The defaults are POST and PATCH.</summary>
    public IReadOnlyCollection<string> Methods { get; init; } = ["POST", "PATCH"];

    /// <summary>Whether a key that is set on a request is honoured on methods other than <see cref="Methods"/> too. The default is false.</summary>
    public bool HonoursOtherMethods { get; init; }

    /// <summary>For how long the server remembers a key: the shortest time that any of its pages gives. Null, the default, if it publishes none.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Which results are stored. The default is <see cref="IdempotencyResults.All"/>.</summary>
    public IdempotencyResults Stores { get; init; }

    /// <summary>The response header that is <c>true</c> on a stored answer. The default is <c>Idempotent-Replayed</c>; null for none.</summary>
    public string? ReplayMark { get; init; } = "Idempotent-Replayed";

    /// <summary>
    /// What a failure with a status of 400, 409 or 422 says about the key. Called by many threads at once. The default follows the IETF draft: 409 is in flight, 422 is a mismatch.
    /// </summary>
    public Func<IdempotencyAnswer, IdempotencyVerdict> Judge { get; init; } = static answer => answer.Status switch
    {
        HttpStatusCode.Conflict => IdempotencyVerdict.InFlight,
        HttpStatusCode.UnprocessableEntity => IdempotencyVerdict.Mismatch,
        _ => IdempotencyVerdict.None,
    };

    /// <summary>A shipped profile.</summary>
    /// <param name="name">Such as <c>Stripe</c>, in upper or lower case.</param>
    /// <returns>The profile; null if none has this name.</returns>
    public static IdempotencyProfile? Find(string name) => Shipped.FirstOrDefault(profile => profile.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>What is wrong with a bare key, besides the format; null if nothing is.</summary>
    internal string? FindFault(string key) => key switch
    {
        _ when key.Length < MinLength => $"is shorter than the {MinLength} characters that {Name} wants",
        _ when key.Length > MaxLength => $"is longer than the {MaxLength} characters that {Name} allows",
        _ when IsAlphanumeric && key.Any(static c => c is not ('-' or (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z'))) => $"has a character that {Name} does not allow; use letters, digits and hyphens",
        _ => null,
    };
}
