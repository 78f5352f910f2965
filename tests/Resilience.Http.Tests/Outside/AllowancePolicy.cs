using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Resilience.Http;

namespace Outside;

/// <summary>Lets so many requests of each partition through and no more. Written with what is public, as in a package of its own.</summary>
public sealed class AllowancePolicy : Policy<AllowanceOptions>
{
    private AllowancePolicy()
        : base("Allowance", PolicyOrder.Inside("Retry", "retries use it up too"), PolicyOrder.Outside("AttemptTimeout", "what it rejects takes no time"))
    {
    }

    public static AllowancePolicy Instance { get; } = new();

    protected override IValidateOptions<AllowanceOptions> Validator { get; } = new AllowanceOptionsValidator();

    protected override void Bind(IConfigurationSection section, AllowanceOptions options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    protected override DelegatingHandler CreateHandler(PolicyContext<AllowanceOptions> context) => new AllowanceHandler(context);

    protected override string Describe(AllowanceOptions options) => $"{options.Requests} requests";
}
