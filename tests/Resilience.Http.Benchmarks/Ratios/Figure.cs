using System.Globalization;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>One figure of the table, and its bound.</summary>
internal readonly record struct Figure(string What, string Measure, double Ours, double? Peer, string Unit, double Value, double Bound)
{
    public bool IsInBounds => Value <= Bound;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {What,-64} | {Measure,-5} | {Ours,9:#,0} {Unit,-2} | {Peer,9:#,0} {Unit,-2} | {Value,7:0.##} | {Bound,7:0.##} | {(IsInBounds ? "pass" : "FAIL")} |");
}
