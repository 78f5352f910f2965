using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Sends each attempt under the lease of a limiter of .NET or of your own. It is configured in code only.</summary>
internal sealed class RateLimiterPolicy : Policy<RateLimiterOptions>
{
    private RateLimiterPolicy()
        : base(
            "RateLimiter",
            PolicyOrder.Inside("ProblemDetails", "what the limit rejects must leave as a problem too"),
            PolicyOrder.Inside("Retry", "retries must be paced too"),
            PolicyOrder.Outside("AttemptTimeout", "waiting for a permit must not use up the attempt's time"))
    {
    }

    /// <summary>The policy.</summary>
    public static RateLimiterPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<RateLimiterOptions> Validator { get; } = new RateLimiterOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, RateLimiterOptions options)
        => throw new InvalidOperationException("the limiter is set in code only; configuration cannot add it.");

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<RateLimiterOptions> context) => new RateLimiterHandler(context);
}
