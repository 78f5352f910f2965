using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Testing;

/// <summary>Judges the options of all clients, and keeps the last good ones of each: the host's start reads them, however late the first call comes.</summary>
internal sealed class ChaosOptionsValidator : IValidateOptions<ChaosOptions>
{
    private readonly ConcurrentDictionary<string, ChaosOptions> _lastGood = new();

    public ValidateOptionsResult Validate(string? name, ChaosOptions options)
    {
        string[] faults = [.. FindFaults(options).Select(fault => $"Client '{name}': Chaos.{fault}")];
        if (faults.Length > 0)
            return ValidateOptionsResult.Fail(faults);

        _lastGood[name ?? Options.DefaultName] = options;
        return ValidateOptionsResult.Success;
    }

    public ChaosOptions? FindLastGood(string name) => _lastGood.GetValueOrDefault(name);

    private static IEnumerable<string> FindFaults(ChaosOptions options)
    {
        foreach (var (fault, rate) in options.Faults)
        {
            if (!Fault.TryParse(fault, out _))
                yield return $"Faults: '{fault}' is not a fault, such as 'Status 503' or 'Delay 2s'.";
            if (rate is not (>= 0 and <= 1))
                yield return string.Create(CultureInfo.InvariantCulture, $"Faults: the rate of '{fault}' must be from 0 to 1, but is {rate}.");
        }

        // Rates such as 0.1 are not exact.
        if (options.Faults.Values.Sum() > 1.000001)
            yield return string.Create(CultureInfo.InvariantCulture, $"Faults: the rates together must be at most 1, but are {options.Faults.Values.Sum()}.");
    }
}
