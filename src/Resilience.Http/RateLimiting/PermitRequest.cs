namespace Resilience.Http;

/// <summary>A request for permits of a bucket.</summary>
internal readonly record struct PermitRequest
{
    public PermitRequest(Pacing pacing, long now, int permits, long deadline)
    {
        var latest = now + pacing.Ticks(pacing.Current.Options.MaxQueueTime);
        (Since, Permits, Latest) = (now, permits, Math.Min(latest, deadline));
        IfLate = deadline < latest ? RateLimitReason.WouldMissDeadline : RateLimitReason.QueueTimeTooLong;
    }

    public long Since { get; }

    public int Permits { get; }

    /// <summary>A request for no permit asks whether one is free.</summary>
    public int Needed => Math.Max(Permits, 1);

    public long Latest { get; }

    /// <summary>Why it is rejected if the permits come after <see cref="Latest"/>.</summary>
    public RateLimitReason IfLate { get; }
}
