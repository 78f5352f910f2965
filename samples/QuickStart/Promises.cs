namespace QuickStart;

/// <summary>What a resilient client promises, and whether it held.</summary>
internal sealed record Promises(string Text, bool Kept)
{
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    public static IReadOnlyList<Promises> Of(Tally plain, Tally resilient, int? duplicates) =>
    [
        new("It succeeds at least as often as a plain client.", resilient.SuccessRatio >= plain.SuccessRatio),
        new("No order is placed twice.", duplicates is null or 0),
        new("No call takes longer than the total timeout of 10 s.", resilient.Percentile(1) <= (TimeSpan.FromSeconds(10) + Slack).TotalMilliseconds),
        new("It sends at most a third more requests than it makes calls.", resilient.Attempts <= resilient.Calls * 4 / 3),
    ];
}
