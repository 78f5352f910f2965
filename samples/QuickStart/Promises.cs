namespace QuickStart;

/// <summary>What a resilient client promises, and whether it held.</summary>
internal sealed record Promises(string Text, bool Kept)
{
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    public static IReadOnlyList<Promises> Of(Contender plain, Contender resilient)
    {
        var tally = resilient.Tally;
        return
        [
            new("It succeeds at least as often as a plain client.", tally.SuccessRatio >= plain.Tally.SuccessRatio),
            new("No order is placed twice.", resilient.Duplicates is null or 0),
            new("No call takes longer than the total timeout of 10 s.", tally.Percentile(1) <= (TimeSpan.FromSeconds(10) + Slack).TotalMilliseconds),
            new("It sends at most a third more requests than it makes calls.", tally.Attempts <= tally.Calls * 4 / 3),
        ];
    }
}
