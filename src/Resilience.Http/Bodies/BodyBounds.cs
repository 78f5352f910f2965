namespace Resilience.Http;

/// <summary>How much of a body is read, and how long it is waited for.</summary>
/// <param name="Bytes">The most bytes.</param>
/// <param name="Wait">The longest wait for all of them.</param>
/// <param name="Time">The clock.</param>
internal readonly record struct BodyBounds(int Bytes, TimeSpan Wait, TimeProvider Time)
{
    /// <summary>The same, but with no more than half of what the call has left.</summary>
    public BodyBounds Within(Deadline deadline)
    {
        if (!deadline.IsKnown)
            return this;

        var half = deadline.Left(Time.GetTimestamp()) / 2;
        return half < Wait ? this with { Wait = TimeSpan.FromTicks(Math.Max(half.Ticks, 0)) } : this;
    }
}
