namespace Resilience.Http;

/// <summary>What an outcome says about the health of the upstream.</summary>
internal enum CircuitVerdict
{
    /// <summary>Nothing: neither opens nor closes, and gives a probe's place back.</summary>
    Neutral,
    Success,
    Failure,
}
