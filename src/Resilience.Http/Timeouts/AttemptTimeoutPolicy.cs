using System.Globalization;
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
        => $"{LogText.Seconds(options.Timeout)} s";

    internal override IEnumerable<string> FindDoubts(ResilientClient client, HttpClientSettings http)
    {
        if (!StandardPolicies.Retries(client))
            yield break;

        var attempt = client.ContextOf(this).Options.Timeout;
        if (client.FindContext(TotalTimeoutPolicy.Instance) is { Options.Timeout: var total } && attempt >= total)
            yield return Doubt(attempt, TotalTimeoutPolicy.Instance.Name, total);
        else if (http.Timeout > TimeSpan.Zero && attempt >= http.Timeout)
            yield return Doubt(attempt, "HttpClient.Timeout", http.Timeout);
    }

    private static string Doubt(TimeSpan attempt, string setting, TimeSpan call)
        => string.Create(CultureInfo.InvariantCulture, $"an attempt may take {attempt.TotalSeconds:0.###} s{(attempt == new AttemptTimeoutOptions().Timeout ? ", the default" : string.Empty)} (AttemptTimeout), the whole call only {call.TotalSeconds:0.###} s ({setting}). One that hangs leaves no time for a retry. Give attempts less than half the time of the call.");
}
