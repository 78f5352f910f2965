using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Paces attempts.</summary>
public sealed class TokenBucketPolicy : Policy<TokenBucketOptions>
{
    private TokenBucketPolicy()
        : base(
            "TokenBucket",
            PolicyOrder.Inside("ProblemDetails", "what the limit rejects must leave as a problem too"),
            PolicyOrder.Inside("Retry", "retries must be paced too"),
            PolicyOrder.Outside("AttemptTimeout", "waiting for a permit must not use up the attempt's time"))
    {
    }

    /// <summary>The policy.</summary>
    public static TokenBucketPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<TokenBucketOptions> Validator { get; } = new TokenBucketOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, TokenBucketOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<TokenBucketOptions> context) => new TokenBucketHandler(context);

    /// <inheritdoc/>
    protected override string Describe(TokenBucketOptions options)
        => string.Concat([RateOf(options), .. options.Limits.Select(limit => FormattableString.Invariant($", {limit.Key}: {limit.Value.Permits:0.######} in {limit.Value.Period:c}"))]);

    private static string RateOf(TokenBucketOptions options)
        => FormattableString.Invariant($"{options.PermitsPerSecond:0.######} a second{(options.Burst is { } burst ? $", burst {burst}" : "")}");
}
