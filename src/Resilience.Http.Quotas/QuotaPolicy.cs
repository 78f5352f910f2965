using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Paces the attempts of all instances together.</summary>
public sealed class QuotaPolicy : Policy<QuotaOptions>
{
    private QuotaPolicy()
        : base(
            "Quota",
            PolicyOrder.Inside("ProblemDetails", "what the quota rejects must leave as a problem too"),
            PolicyOrder.Inside("Retry", "retries must take permits too"),
            PolicyOrder.Inside("CircuitBreaker", "what an open circuit rejects must take no permit of the others"),
            PolicyOrder.Outside("AttemptTimeout", "waiting for a permit must not use up the attempt's time"))
    {
    }

    /// <summary>The policy.</summary>
    public static QuotaPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<QuotaOptions> Validator { get; } = new QuotaOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, QuotaOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<QuotaOptions> context) => new QuotaHandler(context);

    /// <inheritdoc/>
    protected override string Describe(QuotaOptions options) => FormattableString.Invariant($"{options.PermitsPerSecond:0.######} a second{(options.Burst is { } burst ? $", burst {burst}" : "")}, shared");

    /// <inheritdoc/>
    protected override void Register(IServiceCollection services)
    {
        services.TryAddSingleton<IQuotaStore>(provider => new InMemoryQuotaStore(provider.GetService<TimeProvider>()));
        services.TryAddSingleton<QuotaReturns>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, QuotaReturns>(provider => provider.GetRequiredService<QuotaReturns>()));
    }
}
