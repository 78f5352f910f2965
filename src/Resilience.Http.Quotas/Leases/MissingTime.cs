namespace Resilience.Http;

/// <summary>How long permits that nobody has used are missing in their bucket, in ticks of the clock.</summary>
/// <param name="Interval">The time in which the bucket regains a permit by itself.</param>
/// <param name="Least">That long at least: an instance in use gives back what is left of its leases, however little that is. It would add up.</param>
internal readonly record struct MissingTime(double Interval, long Least)
{
    public double Of(long permits) => Math.Max(permits * Interval, Least);
}
