using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Bounds one attempt.</summary>
public sealed class AttemptTimeoutPolicy : Policy<AttemptTimeoutOptions>
{
    private AttemptTimeoutPolicy()
        : base("AttemptTimeout")
    {
    }

    /// <summary>The policy.</summary>
    public static AttemptTimeoutPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<AttemptTimeoutOptions> Validator { get; } = new AttemptTimeoutOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, AttemptTimeoutOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<AttemptTimeoutOptions> context) => new AttemptTimeoutHandler(context);

    /// <inheritdoc/>
    protected override string Describe(AttemptTimeoutOptions options)
        => $"{options.Timeout.TotalSeconds:0.###} s";
}
