namespace Resilience.Http.Testing;

/// <summary>Which faults a running system gets, and whether at all.</summary>
public sealed class ChaosOptions
{
    /// <summary>
    /// Whether faults are injected: true anywhere, false nowhere. The default is null: only where the host's environment is <c>Development</c>, and
    /// nowhere without a host.
    /// </summary>
    public bool? Enabled { get; set; }

    /// <summary>
    /// The share of the attempts, from 0 to 1, that get each fault, by its text (<see cref="Fault.Parse"/>): <c>"Status 503": 0.05</c>. Together at
    /// most 1. The default is none.
    /// </summary>
    public IDictionary<string, double> Faults { get; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The header of a request that names the fault it gets, on every attempt; it is taken off before the request is sent. Empty for none. The default is
    /// <c>X-Chaos</c>.
    /// </summary>
    public string Header { get; set; } = "X-Chaos";

    /// <summary>Injects a fault into a share of the attempts.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="rate">From 0 to 1.</param>
    /// <returns>The same options.</returns>
    public ChaosOptions Inject(Fault fault, double rate)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Faults[fault.ToString()] = rate;
        return this;
    }
}
