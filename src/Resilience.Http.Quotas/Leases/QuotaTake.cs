namespace Resilience.Http;

/// <summary>A request for permits.</summary>
/// <param name="Permits">How many.</param>
/// <param name="Latest">A permit that comes later, as a timestamp, is of no use.</param>
/// <param name="GivesUp">When it ends even though the store has not answered: not before <paramref name="Latest"/>, unless the call ends.</param>
/// <param name="IfLate">Why it is rejected if its permit comes too late.</param>
internal readonly record struct QuotaTake(long Permits, long Latest, long GivesUp, RateLimitReason IfLate)
{
    public static QuotaTake Of(long permits, Deadline deadline, long now, ClientQuotas quotas)
    {
        var byQueue = now + quotas.Ticks(quotas.Options.MaxQueueTime);
        var byDeadline = deadline.IsKnown ? now + quotas.Ticks(deadline.Left(now)) : long.MaxValue / 2;
        var answered = now + (2 * quotas.Ticks(quotas.Options.StoreTimeout));
        var late = byDeadline < byQueue ? RateLimitReason.WouldMissDeadline : RateLimitReason.QueueTimeTooLong;
        return new(permits, Math.Min(byQueue, byDeadline), Math.Min(Math.Max(byQueue, answered), byDeadline), late);
    }
}
