namespace Resilience.Http;

internal static class TimestampUnits
{
    extension(TimeProvider time)
    {
        /// <summary>A span in the unit of <see cref="TimeProvider.GetTimestamp"/>.</summary>
        public long ToTimestampUnits(TimeSpan span) => (long)Math.Round(span.TotalSeconds * time.TimestampFrequency);
    }
}
