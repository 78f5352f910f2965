using System.Globalization;
using Spectre.Console;

namespace TenantGateway;

/// <summary>A table that changes in place in a terminal; where the output is piped, what happens and the table at the end.</summary>
internal static class Report
{
    private const int PipedWidth = 140;

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);

    private static string _happening = "started";

    private static bool IsLive => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    public static void Say(string what)
    {
        _happening = what;
        if (!IsLive)
            Console.WriteLine(what);
    }

    public static async Task FollowAsync(Task load, IReadOnlyList<DemoTenant> tenants, CancellationToken cancellationToken)
    {
        if (!IsLive)
            return;

        using var timer = new PeriodicTimer(Refresh, TimeProvider.System);
        await AnsiConsole.Live(TableOf(tenants)).AutoClear(true).StartAsync(async display =>
        {
            while (!load.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
                display.UpdateTarget(TableOf(tenants).Title(_happening));
        });
    }

    public static void Show(IReadOnlyList<DemoTenant> tenants, Audit audit)
    {
        if (!IsLive)
            AnsiConsole.Profile.Width = PipedWidth;
        AnsiConsole.Write(TableOf(tenants, audit));
    }

    /// <returns>The exit code.</returns>
    public static int Judge(IReadOnlyList<Promise> promises)
    {
        foreach (var promise in promises)
            Console.WriteLine($"{(promise.IsKept ? "kept  " : "BROKEN")} {promise.Text}");
        return promises.All(promise => promise.IsKept) ? 0 : 1;
    }

    private static Table TableOf(IReadOnlyList<DemoTenant> tenants, Audit? audit = null)
    {
        var table = new Table().AddColumns("tenant", "plan", "offered", "accepted", "limited", "no valid key", "failed", "p50 ms", "p99 ms", "arrived upstream");
        foreach (var (tenant, tally) in tenants.Select(tenant => (tenant, tenant.Tally)))
        {
            table.AddRow(
                tenant.Id, tenant.Plan ?? "-", Text(tally.Offered), Text(tally.Accepted), Text(tally.Limited), Text(tally.Unknown), Text(tally.Failed),
                Text(tally.Percentile(0.5)), Text(tally.Percentile(0.99)), audit is null ? "-" : Text(audit.ArrivedOf(tenant)));
        }

        return table;
    }

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
