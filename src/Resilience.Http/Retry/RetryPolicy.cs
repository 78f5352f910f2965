using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Sends a failed request again when that is safe.</summary>
public sealed class RetryPolicy : Policy<RetryOptions>
{
    private RetryPolicy()
        : base(
            "Retry",
            PolicyOrder.Outside("AttemptTimeout", "the timeout is that of one attempt, not of the whole call"),
            PolicyOrder.Outside("ClientCredentials", "every attempt must have a token that is valid then"))
    {
    }

    /// <summary>The policy.</summary>
    public static RetryPolicy Instance { get; } = new();

    /// <inheritdoc/>
    protected override IValidateOptions<RetryOptions> Validator { get; } = new RetryOptionsValidator();

    /// <inheritdoc/>
    protected override void Bind(IConfigurationSection section, RetryOptions options)
    {
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        var budget = section.GetSection(nameof(RetryOptions.Budget));
        options.Budget = budget.Value switch
        {
            null => options.Budget,
            // Of a lower layer: a section that sets its capacity wants it on.
            _ when budget.GetChildren().Any() => options.Budget,
            var off when off.Equals("off", StringComparison.OrdinalIgnoreCase) => null,
            _ => throw new InvalidOperationException($"{nameof(RetryOptions.Budget)} must be a section or 'off', but is another value."),
        };
    }

    /// <inheritdoc/>
    protected override DelegatingHandler CreateHandler(PolicyContext<RetryOptions> context) => new RetryHandler(context);

    /// <inheritdoc/>
    protected override string Describe(RetryOptions options)
        => $"{TimesOf(options)}, {LogText.Seconds(options.BaseDelay)} to {LogText.Seconds(options.MaxDelay)} s, {JitterOf(options)} jitter{(options.Budget is null ? ", no budget" : "")}";

    private static string TimesOf(RetryOptions options) => options.MaxRetries is int.MaxValue ? "any number of times" : LogText.Count(options.MaxRetries, "time");

    private static string JitterOf(RetryOptions options) => options.Jitter is Jitter.None ? "no" : options.Jitter.ToString();
}
