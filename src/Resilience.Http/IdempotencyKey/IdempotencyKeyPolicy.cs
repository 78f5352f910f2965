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
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<IdempotencyKeyOptions> context) => new IdempotencyKeyHandler(context);

    /// <inheritdoc/>
    protected override string Describe(IdempotencyKeyOptions options)
        => $"{options.HeaderName}, {options.Format}";

    internal override IEnumerable<string> FindDoubts(ResilientClient client, HttpClientSettings http)
        => http.IsOpenToAll ? ["its idempotency keys can be read, and used, by everybody on the way, because its BaseAddress is http. Use https."] : [];
}
