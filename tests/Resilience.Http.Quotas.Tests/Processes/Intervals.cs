namespace Resilience.Http.Quotas.Tests;

/// <summary>What processes were admitted within an interval for certain, and the most that the limit allows.</summary>
internal readonly record struct Interval(int Admitted, double Most);

internal static class Intervals
{
    private const double Step = 0.01;

    /// <summary>All intervals of a length, beginning at each hundredth of a second.</summary>
    public static IEnumerable<Interval> Of(Member[] members, double seconds)
    {
        (long Begun, long Admitted)[] all = [.. members.SelectMany(member => member.Admissions).Order()];
        (long At, long Permits)[] returns = [.. members.SelectMany(member => member.Returns)];
        for (var start = all[0].Begun; start <= all[^1].Begun; start += Processes.Ticks(Step))
        {
            var (end, leased) = (start + Processes.Ticks(seconds), start - Processes.Ticks(2 * Processes.LeaseTime.TotalSeconds));
            var back = returns.Where(one => one.At <= end && one.At + Processes.Ticks(1) >= leased).Sum(one => one.Permits);
            var most = Processes.Burst + (Processes.Rate * (seconds + (2 * Processes.LeaseTime.TotalSeconds))) + back;
            yield return new(all.Count(one => one.Begun >= start && one.Admitted <= end), most);
        }
    }

    /// <summary>What each was admitted as a part of its fair share: of what there was when those who wanted less than the others got all they wanted.</summary>
    public static double[] Fairness(Member[] members, long from, long to)
    {
        int[] admitted = [.. members.Select(member => member.AdmittedIn(from, to))];
        double[] wanted = [.. members.Select(member => (double)member.SentIn(from, to))];
        var share = Fleet.FairShare(admitted.Sum(), [.. wanted.Order()]);
        return [.. admitted.Select((number, i) => number / Math.Min(wanted[i], share))];
    }

    /// <summary>Whether so many permits have been taken within a time.</summary>
    public static bool Have(Member[] members, long from, int permits, double seconds)
    {
        long[] times = [.. members.SelectMany(member => member.Admissions).Select(admission => admission.Admitted).Where(time => time >= from).Order()];
        return Enumerable.Range(0, Math.Max(times.Length - permits, 0)).Any(i => times[i + permits] - times[i] <= Processes.Ticks(seconds));
    }
}
