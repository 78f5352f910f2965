namespace Resilience.Http;

/// <summary>A request for permits of a bucket.</summary>
internal readonly record struct PermitRequest
{
    public PermitRequest(Pacing pacing, long now, in PermitCost cost, long deadline, TimeSpan waited)
    {
        var latest = now + pacing.Ticks(pacing.Current.Options.MaxQueueTime - waited);
        (Since, Cost, Latest) = (now, cost, Math.Min(latest, deadline));
        IfLate = deadline < latest ? RateLimitReason.WouldMissDeadline : RateLimitReason.QueueTimeTooLong;
    }

    public long Since { get; }

    public PermitCost Cost { get; }

    public long Latest { get; }

    /// <summary>Why it is rejected if the permits come after <see cref="Latest"/>.</summary>
    public RateLimitReason IfLate { get; }
}
