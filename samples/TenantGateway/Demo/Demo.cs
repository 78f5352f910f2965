namespace TenantGateway;

/// <summary>Starts everything, has tenants send more than they may, changes plans and kills on the way, and judges by what the upstreams have written down.</summary>
internal sealed class Demo(int instances, Stores stores, TimeSpan duration)
{
    private const double UpgradeAt = 0.5, RevokeAt = 0.6, KillAt = 0.7;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var garnet = instances > 1 && !stores.IsShared ? new QuotaServer() : null;
        using var site = new Site();
        return await RunAsync(site, garnet?.Stores ?? stores, cancellationToken);
    }

    private async Task<int> RunAsync(Site site, Stores shared, CancellationToken cancellationToken)
    {
        DemoTenant[] tenants = [.. DemoTenant.All.Select(tenant => tenant with { Key = tenant.Plan is { } plan ? site.Tenants.AddKey(tenant.Id, plan) : string.Empty })];
        var gateways = await site.StartAsync(instances, shared);
        Console.WriteLine($"{instances} gateways, 2 upstreams, {duration.TotalSeconds:0} s of load; everything is in {site.Folder}");

        using var load = new Load(gateways, duration);
        await load.WarmUpAsync(tenants[0] with { Id = "warm-up", Tally = new(), Key = site.Tenants.AddKey("warm-up", "Pro") });
        var sending = Task.WhenAll(tenants.Select(load.RunAsync));
        var happening = HappenAsync(site, cancellationToken);
        await Report.FollowAsync(sending, tenants, cancellationToken);
        await sending;
        var events = await happening;
        var audit = new Audit([.. site.Ledgers.SelectMany(LedgerEntry.ReadAll)], events, duration);
        Report.Show(tenants, audit);
        return Report.Judge(audit.Judge(tenants));
    }

    private async Task<Events> HappenAsync(Site site, CancellationToken cancellationToken)
    {
        await PassAsync(UpgradeAt, cancellationToken);
        Report.Say($"{DemoTenant.Upgraded} is upgraded to Enterprise");
        var upgraded = Now;
        site.Tenants.SetPlan(DemoTenant.Upgraded, "Enterprise");
        await PassAsync(RevokeAt - UpgradeAt, cancellationToken);
        Report.Say($"the key of {DemoTenant.Revoked} is revoked");
        var revoked = Now;
        site.Tenants.RevokeKeys(DemoTenant.Revoked);
        await PassAsync(KillAt - RevokeAt, cancellationToken);
        Report.Say("SIGKILL of upstream b");
        await site.KillUpstreamAsync();
        return new(upgraded, revoked);
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private Task PassAsync(double share, CancellationToken cancellationToken) => Task.Delay(duration * share, TimeProvider.System, cancellationToken);
}
