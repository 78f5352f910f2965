using System.Globalization;

namespace TenantGateway;

/// <summary>Judges by what the upstreams have written down, and for the answers by what the tenants got. It asks no gateway.</summary>
internal sealed class Audit(IReadOnlyList<LedgerEntry> ledger, Events events, TimeSpan duration)
{
    private const long Second = 1000;

    private readonly ILookup<string, LedgerEntry> _bySender = ledger.ToLookup(entry => entry.Sender);

    /// <summary>How many requests of a tenant have arrived; attempts are not counted again.</summary>
    public int ArrivedOf(DemoTenant tenant) => Arrivals(tenant).Length;

    public IReadOnlyList<Promise> Judge(IReadOnlyList<DemoTenant> tenants)
    {
        var payers = tenants.Where(tenant => tenant.Plan is not null).ToArray();
        return
        [
            .. payers.Select(JudgeLimit),
            .. payers.Where(tenant => tenant.Id != DemoTenant.Revoked).Select(JudgeShare),
            JudgeUpgrade(tenants.Single(tenant => tenant.Id == DemoTenant.Upgraded)),
            JudgeRevocation(tenants.Single(tenant => tenant.Id == DemoTenant.Revoked)),
            JudgeStranger(tenants.Single(tenant => tenant.Plan is null)),
            new(ledger.All(entry => entry.Leak.Length == 0), "no upstream saw a key of a tenant, or an address that a tenant made up"),
            new(ledger.All(entry => entry.Tenant == entry.Sender), "upstreams know whose request it is, whatever it claims"),
            JudgeKeys(),
            new(payers.All(tenant => tenant.Tally.Mislabelled == 0), "every answer told its tenant about its own limit, and of no other"),
            JudgeFailures(payers),
        ];
    }

    private Promise JudgeLimit(DemoTenant tenant)
    {
        var arrivals = Arrivals(tenant);
        var (plan, isUpgraded) = (PlanOf(tenant.Plan!), tenant.Id != DemoTenant.Upgraded);
        var meter = new LevelMeter(plan, arrivals.FirstOrDefault()?.At ?? 0);
        foreach (var arrival in arrivals)
        {
            if (!isUpgraded && arrival.At >= events.Upgraded)
            {
                (plan, isUpgraded) = (PlanOf("Enterprise"), true);
                meter.Change(plan, events.Upgraded);
            }

            meter.Arrive(arrival.At);
        }

        // The gateway admits each at some time between when it is sent and when it arrives. So those of an interval were admitted in one that is longer by the
        // longest way. The first of a lease is a whole permit.
        var way = arrivals.Select(arrival => arrival.At - arrival.Sent).DefaultIfEmpty().Max() / 1000.0;
        var allowed = (2 * TenantGate.LeaseTime.TotalSeconds) + way + (1 / plan.PerSecond);
        return new(meter.MostAhead <= allowed, Text($"{tenant.Id}: {arrivals.Length} arrived, never more than {meter.MostAhead:0.00} s ahead of burst + rate × t (leases and ways allow {allowed:0.00} s)"));
    }

    private Promise JudgeShare(DemoTenant tenant)
    {
        var isUpgraded = tenant.Id == DemoTenant.Upgraded;
        var plan = PlanOf(tenant.Plan!);
        var seconds = duration.TotalSeconds * (isUpgraded ? 0.5 : 1);
        var granted = Math.Min(tenant.PerSecond * seconds, plan.Burst + (plan.PerSecond * seconds)) + (isUpgraded ? tenant.PerSecond * seconds : 0);
        return new(ArrivedOf(tenant) >= 0.9 * granted, Text($"{tenant.Id}: {ArrivedOf(tenant)} arrived, of {granted:0} that were due"));
    }

    private Promise JudgeUpgrade(DemoTenant tenant)
    {
        var first = tenant.Tally.FirstAnswerOf("Enterprise") - events.Upgraded;
        return new(first is >= 0 and <= Second, Text($"{tenant.Id}: the new plan counted after {first} ms"));
    }

    private Promise JudgeRevocation(DemoTenant tenant)
    {
        var last = Arrivals(tenant).Select(arrival => arrival.Sent).DefaultIfEmpty(events.Revoked).Max() - events.Revoked;
        return new(last <= Second && tenant.Tally.Unknown > 0, Text($"{tenant.Id}: the last request that arrived was sent {last} ms after the key was revoked"));
    }

    private Promise JudgeStranger(DemoTenant tenant)
        => new(ArrivedOf(tenant) == 0 && tenant.Tally.Unknown > 0 && tenant.Tally.Limited > 0, Text($"{tenant.Id}: none of {tenant.Tally.Offered} guesses arrived, and {tenant.Tally.Limited} were limited"));

    private Promise JudgeKeys()
    {
        var keys = ledger.Where(entry => entry.IdempotencyKey.Length > 0).ToLookup(entry => entry.IdempotencyKey, entry => entry.Sender);
        return new(keys.Count > 0 && keys.All(key => key.Distinct().Count() == 1), Text($"no two tenants shared one of {keys.Count} idempotency keys, although they chose the same"));
    }

    private static Promise JudgeFailures(DemoTenant[] payers)
    {
        var (failed, accepted) = (payers.Sum(tenant => tenant.Tally.Failed), payers.Sum(tenant => tenant.Tally.Accepted));
        var why = string.Join(", ", payers.SelectMany(tenant => tenant.Tally.Failures).GroupBy(failure => failure.Key, failure => failure.Value).Select(failures => $"{failures.Key}: {failures.Sum()}"));
        return new(failed <= 0.01 * accepted, Text($"{failed} of {accepted + failed} requests within limits failed ({why}), with an upstream that breaks one in ten and another that was killed"));
    }

    // The first attempt of each.
    private LedgerEntry[] Arrivals(DemoTenant tenant)
        => [.. _bySender[tenant.Id].GroupBy(entry => entry.Number).Select(attempts => attempts.MinBy(entry => entry.At)!).OrderBy(entry => entry.At)];

    private static Plan PlanOf(string name) => TenantsDocument.Empty.Plans[name]!;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
