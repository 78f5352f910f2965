using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CustomPolicy;

/// <summary>Keeps one slow server from taking all there is: so many attempts at once, and the next one is rejected.</summary>
public sealed class BulkheadPolicy() : Policy<BulkheadOptions>("Bulkhead", PolicyOrder.Inside("Retry", "a wait between attempts must take no place"))
{
    public static BulkheadPolicy Instance { get; } = new();

    protected override IValidateOptions<BulkheadOptions> Validator { get; } = new BulkheadOptionsValidator();

    protected override void Bind(IConfigurationSection section, BulkheadOptions options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    protected override DelegatingHandler CreateHandler(PolicyContext<BulkheadOptions> context) => new BulkheadHandler(context);

    protected override string Describe(BulkheadOptions options) => $"{options.MaxConcurrency} at once";
}
