using System.Globalization;
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
        => FormattableString.Invariant($"{options.FailureRatio:0.##} of at least {LogText.Count(options.MinimumCalls, "attempt")} in {LogText.Seconds(options.Window)} s, break {LogText.Seconds(options.BreakDuration)} s");

    internal override IEnumerable<string> FindDoubts(ResilientClient client, HttpClientSettings http)
    {
        if (StandardPolicies.AttemptTimeoutOf(client) is not { } attempt)
            yield break;

        var options = client.ContextOf(this).Options;
        if (options.ProbeLease <= attempt)
            yield return Doubt("ProbeLease", options.ProbeLease, attempt, "the failure of a probe that times out is ignored, and the circuit stays half-open. Make it longer.");
        if (options.IdleEviction <= attempt)
            yield return Doubt("IdleEviction", options.IdleEviction, attempt, "a circuit may be forgotten before the result of its only attempt is there. Make it longer.");
        if (options.SlowCallDuration is { } slow && slow >= attempt)
            yield return Doubt("SlowCallDuration", slow, attempt, "no attempt is ever slow: it times out first. Make it shorter.");
    }

    private static string Doubt(string setting, TimeSpan value, TimeSpan attempt, string consequence)
        => string.Create(CultureInfo.InvariantCulture, $"CircuitBreaker.{setting} is {value.TotalSeconds:0.###} s, and an attempt may take {attempt.TotalSeconds:0.###} s (AttemptTimeout): {consequence}");
}
