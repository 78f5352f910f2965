using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Gives a call one idempotency key.</summary>
public sealed class IdempotencyKeyPolicy : Policy<IdempotencyKeyOptions>
{
    private IdempotencyKeyPolicy()
        : base(
            "IdempotencyKey",
            PolicyOrder.Outside("Retry", "every attempt must carry the same key"))
    {
    }

    /// <summary>The policy.</summary>
    public static IdempotencyKeyPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<IdempotencyKeyOptions> Validator { get; } = new IdempotencyKeyOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, IdempotencyKeyOptions options)
    {
        // The profile first, as the methods are added to its own. The binder takes no name for an object.
        if (section[nameof(options.Profile)] is { } name)
            options.Profile = IdempotencyProfile.Find(name) ?? throw new InvalidOperationException($"Profile must be one of {string.Join(", ", IdempotencyProfile.Shipped)}, but is '{name}'.");
        var settings = new IdempotencyKeySettings();
        section.Bind(settings);
        options.HeaderName = settings.HeaderName ?? options.HeaderName;
        options.Format = settings.Format ?? options.Format;
        options.Methods.UnionWith(settings.Methods);
    }

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<IdempotencyKeyOptions> context) => new IdempotencyKeyHandler(context);

    /// <inheritdoc/>
    protected override string Describe(IdempotencyKeyOptions options)
        => options.Profile == IdempotencyProfile.Standard ? $"{options.HeaderName}, {options.Format}" : $"{options.Profile}";
}
