using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>A limiter of the user's own. There is nothing to configure, so that configuration does not know this policy.</summary>
internal sealed class RateLimiterOptions
{
    internal static readonly Policy<RateLimiterOptions> Policy = new(
        "RateLimiter",
        new RateLimiterOptionsValidator(),
        static (_, _) => { },
        static (client, options) => new RateLimiterHandler(client, client.StateOf(() => options.Value.Create())),
        static (_, _) => "RateLimiter");

    [Mandatory]
    public Func<RateLimiter> Create { get; set; } = null!;
}

[OptionsValidator]
internal sealed partial class RateLimiterOptionsValidator : IValidateOptions<RateLimiterOptions>;
