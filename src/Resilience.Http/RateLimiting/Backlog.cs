namespace Resilience.Http;

/// <summary>The permits that those ahead of somebody take, limit by limit. Only <see cref="Own"/> may be read while another thread writes.</summary>
internal sealed class Backlog
{
    private Dictionary<FurtherLimit, long>? _further;
    private long _own;

    public long Own => Volatile.Read(ref _own);

    public void Add(in PermitCost cost) => Change(cost, 1);

    public void Remove(in PermitCost cost) => Change(cost, -1);

    public long Of(FurtherLimit limit) => _further?.GetValueOrDefault(limit) ?? 0;

    private void Change(in PermitCost cost, int sign)
    {
        Volatile.Write(ref _own, _own + (sign * (long)cost.Own));
        foreach (var (limit, permits) in cost.Further ?? [])
            (_further ??= [])[limit] = Of(limit) + (sign * (long)permits);
    }
}
