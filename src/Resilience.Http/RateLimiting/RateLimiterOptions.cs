using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>A limiter of the user's own, set in code only.</summary>
internal sealed class RateLimiterOptions
{
    /// <summary>Gets or makes the limiter of a client.</summary>
    [Mandatory]
    public Func<IServiceProvider, AttemptLimiter> Create { get; set; } = null!;
}

[OptionsValidator]
internal sealed partial class RateLimiterOptionsValidator : IValidateOptions<RateLimiterOptions>;
