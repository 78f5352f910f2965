using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Bounds a whole call. Its handler is the outermost of every client, wherever the policy is added.</summary>
public sealed class TotalTimeoutPolicy : Policy<TotalTimeoutOptions>
{
    private TotalTimeoutPolicy()
        : base("TotalTimeout")
    {
    }

    /// <summary>The policy.</summary>
    public static TotalTimeoutPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<TotalTimeoutOptions> Validator { get; } = new TotalTimeoutOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, TotalTimeoutOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler? CreateHandler(PolicyContext<TotalTimeoutOptions> context) => null;

    /// <inheritdoc/>
    protected override string Describe(TotalTimeoutOptions options)
        => $"{LogText.Seconds(options.Timeout)} s";
}
