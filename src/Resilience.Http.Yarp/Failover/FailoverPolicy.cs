using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Sends every attempt after the first to another available destination of the cluster, where there is one. Every cluster has it.</summary>
public sealed class FailoverPolicy : Policy<FailoverOptions>
{
    private FailoverPolicy()
        : base(
            "Failover",
            PolicyOrder.Inside("Retry", "every attempt may go to another destination"),
            PolicyOrder.Outside("CircuitBreaker", "every destination has a circuit of its own"),
            PolicyOrder.Outside("TokenBucket", "every destination has a limit of its own"),
            PolicyOrder.Outside("AttemptTimeout", "a rejected attempt goes to another destination at once"))
    {
    }

    /// <summary>The policy.</summary>
    public static FailoverPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<FailoverOptions> Validator { get; } = new FailoverOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, FailoverOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<FailoverOptions> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new FailoverHandler(context);
    }

    /// <inheritdoc/>
    protected override string Describe(FailoverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Enabled ? string.Empty : "off";
    }
}
