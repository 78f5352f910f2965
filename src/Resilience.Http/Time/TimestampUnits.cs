namespace Resilience.Http;

internal static class TimestampUnits
{
    extension(TimeProvider time)
    {
        /// <summary>A span in the unit of <see cref="TimeProvider.GetTimestamp"/>; as much as a <see cref="long"/> holds where it is longer.</summary>
        public long ToTimestampUnits(TimeSpan span)
        {
            var (perTick, rest) = Math.DivRem(time.TimestampFrequency, TimeSpan.TicksPerSecond);
            return rest == 0 && Math.Max(span.Ticks, ~span.Ticks) <= long.MaxValue / perTick
                ? span.Ticks * perTick
                : (long)Int128.Clamp((Int128)span.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond, long.MinValue, long.MaxValue);
        }
    }
}
