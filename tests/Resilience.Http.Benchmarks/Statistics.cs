namespace Resilience.Http.Benchmarks;

/// <summary>What is said of many figures.</summary>
internal static class Statistics
{
    extension(IEnumerable<double> figures)
    {
        public double Median
        {
            get
            {
                double[] ordered = [.. figures.Order()];
                return ordered[ordered.Length / 2];
            }
        }
    }
}
