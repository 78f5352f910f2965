namespace Resilience.Http;

/// <summary>How much of one client lies in the outbox.</summary>
/// <param name="Waiting">Calls that have no final answer yet.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="Age">How long the oldest call has been waiting; zero if none is.</param>
public sealed record OutboxStatus(long Waiting, long Dead, TimeSpan Age)
{
    internal static OutboxStatus Of(string client, IEnumerable<OutboxCount> counts, DateTimeOffset now)
    {
        var own = counts.Where(count => count.Client == client).ToArray();
        var waiting = Array.Find(own, count => count.State is OutboxState.Waiting);
        return new(waiting.Entries, Array.Find(own, count => count.State is OutboxState.Dead).Entries, waiting.Entries > 0 ? now - waiting.Oldest : TimeSpan.Zero);
    }
}
