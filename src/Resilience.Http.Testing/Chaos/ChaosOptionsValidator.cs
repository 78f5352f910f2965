using System.Globalization;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Testing;

internal sealed class ChaosOptionsValidator : IValidateOptions<ChaosOptions>
{
    public ValidateOptionsResult Validate(string? name, ChaosOptions options)
    {
        string[] faults = [.. FindFaults(options).Select(fault => $"Client '{name}': Chaos.{fault}")];
        return faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

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
