using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Gives every failure of a call the form of RFC 9457.</summary>
public sealed class ProblemDetailsPolicy : Policy<ProblemDetailsOptions>
{
    private ProblemDetailsPolicy()
        : base(
            "ProblemDetails",
            PolicyOrder.Outside("Retry", "what it makes of a failed attempt must not hide that another attempt may succeed"),
            PolicyOrder.Outside("CircuitBreaker", "what the circuit rejects must leave as a problem too"),
            PolicyOrder.Outside("AttemptTimeout", "it must see the attempt time out"))
    {
    }

    /// <summary>The policy.</summary>
    public static ProblemDetailsPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<ProblemDetailsOptions> Validator { get; } = new ProblemDetailsOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, ProblemDetailsOptions options)
        => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<ProblemDetailsOptions> context) => new ProblemDetailsHandler(context);

    /// <inheritdoc/>
    protected override string Describe(ProblemDetailsOptions options)
        => $"{options.Mode}";
}
