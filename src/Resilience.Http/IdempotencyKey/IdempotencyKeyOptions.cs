using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// Which requests get an idempotency key, and in which form. Using it declares that the server honours such keys: a request with a key may be
/// retried, whatever its method.
/// </summary>
public sealed class IdempotencyKeyOptions
{
    private IdempotencyKeyFormat? _format;
    private HashSet<string>? _methods;

    /// <summary>
    /// How the provider treats keys; configuration gives the name of a shipped one: <c>"Profile": "Stripe"</c>. The default is <see cref="IdempotencyProfile.Standard"/>. Setting it
    /// resets <see cref="Methods"/> to those of the profile.
    /// </summary>
    [Mandatory]
    public IdempotencyProfile Profile
    {
        get;
        set => (field, _methods) = (value, null);
    } = IdempotencyProfile.Standard;

    /// <summary>The header that carries the key: a token (RFC 9110 §5.6.2) of at most 64 characters. The default is the profile's, <c>Idempotency-Key</c> for one.</summary>
    [HeaderName]
    public string HeaderName
    {
        get => field ?? Profile.HeaderName;
        set;
    }

    /// <summary>How the key is written. The default is the profile's, <see cref="IdempotencyKeyFormat.Raw"/> for one.</summary>
    [Defined]
    public IdempotencyKeyFormat Format
    {
        get => _format ?? Profile.Format;
        set => _format = value;
    }

    /// <summary>
    /// The methods that get a key, in upper or lower case. Configuration adds to them. The defaults are the profile's, POST and PATCH for one. A key that is set on the
    /// request itself is sent with any method.
    /// </summary>
    public ISet<string> Methods => _methods ??= new HashSet<string>(Profile.Methods, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Makes the key of a call, of 1 to 255 characters. <see cref="IdempotencyKeyFormat.Raw"/> allows visible ASCII without quotes, commas and
    /// backslashes; <see cref="IdempotencyKeyFormat.StructuredString"/> allows visible ASCII and spaces. Called once per call, by many threads at
    /// once. The default is a random UUID (version 4, RFC 9562 §5.4) from a cryptographic source.
    /// </summary>
    [Mandatory]
    public Func<HttpRequestMessage, string> CreateKey { get; set; } = static _ => RandomUuid.Next();

    /// <summary>What keeps a bare key from being sent, for those who have to know before.</summary>
    /// <param name="key">The key.</param>
    /// <returns>What is wrong with it, as it reads after the key: <c>is empty</c>; null if nothing is.</returns>
    public string? FindFault(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Profile.Carrier is IdempotencyKeyCarrier.Header && IdempotencyKeyGrammar.Format(key, Format, out var fault) is null)
            return fault;
        return Profile.FindFault(key);
    }
}

[OptionsValidator]
internal sealed partial class IdempotencyKeyOptionsValidator : IValidateOptions<IdempotencyKeyOptions>;
