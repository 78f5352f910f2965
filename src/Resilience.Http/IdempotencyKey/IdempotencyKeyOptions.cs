using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// Which requests get an idempotency key, and in which form. Using it declares that the server honours such keys: a request with a key may be
/// retried, whatever its method.
/// </summary>
public sealed class IdempotencyKeyOptions
{
    /// <summary>The header that carries the key: a token (RFC 9110 §5.6.2) of at most 64 characters. The default is <c>Idempotency-Key</c>.</summary>
    [HeaderName]
    public string HeaderName { get; set; } = "Idempotency-Key";

    /// <summary>How the key is written. The default is <see cref="IdempotencyKeyFormat.Raw"/>.</summary>
    [Defined]
    public IdempotencyKeyFormat Format { get; set; } = IdempotencyKeyFormat.Raw;

    /// <summary>
    /// The methods that get a key, in upper or lower case. Configuration adds to them. The defaults are POST and PATCH. A key that is set on the
    /// request itself is sent with any method.
    /// </summary>
    public ISet<string> Methods { get; } = new HashSet<string>(["POST", "PATCH"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Makes the key of a call, of 1 to 255 characters. <see cref="IdempotencyKeyFormat.Raw"/> allows visible ASCII without quotes, commas and
    /// backslashes; <see cref="IdempotencyKeyFormat.StructuredString"/> allows visible ASCII and spaces. Called once per call, by many threads at
    /// once. The default is a random UUID (version 4, RFC 9562 §5.4) from a cryptographic source.
    /// </summary>
    [Mandatory]
    public Func<HttpRequestMessage, string> CreateKey { get; set; } = static _ => RandomUuid.Next();
}

[OptionsValidator]
internal sealed partial class IdempotencyKeyOptionsValidator : IValidateOptions<IdempotencyKeyOptions>;
