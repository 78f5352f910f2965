namespace Resilience.Http;

/// <summary>What somebody asks of a bucket.</summary>
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

    /// <summary>Asking for no permit is asking whether there is one.</summary>
    public int Needed => Math.Max(Permits, 1);

    public long Latest { get; }

    /// <summary>Why it is refused if the permits come later than that.</summary>
    public RateLimitReason IfLate { get; }
}
