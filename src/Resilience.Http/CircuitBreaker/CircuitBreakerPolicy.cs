using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Stops sending to a partition that keeps failing.</summary>
public sealed class CircuitBreakerPolicy : Policy<CircuitBreakerOptions>
{
    private CircuitBreakerPolicy()
        : base(
            "CircuitBreaker",
            PolicyOrder.Outside("AttemptTimeout", "an attempt that times out must count as a failure"))
    {
    }

    /// <summary>The policy.</summary>
    public static CircuitBreakerPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<CircuitBreakerOptions> Validator { get; } = new CircuitBreakerOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, CircuitBreakerOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<CircuitBreakerOptions> context) => new CircuitBreakerHandler(context);

    /// <inheritdoc/>
    protected override string Describe(CircuitBreakerOptions options)
        => $"{options.FailureRatio:0.##} of at least {LogText.Count(options.MinimumCalls, "attempt")} in {options.Window.TotalSeconds:0.###} s, break {options.BreakDuration.TotalSeconds:0.###} s";
}
