using CustomPolicy;

namespace Microsoft.Extensions.DependencyInjection;

public static class BulkheadExtensions
{
    public static IResilientHttpClientBuilder AddBulkhead(this IResilientHttpClientBuilder builder, Action<BulkheadOptions>? configure = null)
        => builder.AddPolicy(BulkheadPolicy.Instance, configure);
}
