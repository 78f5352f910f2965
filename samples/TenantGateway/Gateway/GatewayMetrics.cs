using System.Diagnostics.Metrics;

namespace TenantGateway;

/// <summary>Counts what becomes of requests. A tenant's name is no label: there are too many, and whoever reads metrics need not know them.</summary>
internal sealed class GatewayMetrics(IMeterFactory meters)
{
    public const string Meter = "TenantGateway";

    private readonly Counter<long> _requests = meters.Create(Meter).CreateCounter<long>("tenant_gateway.requests", "{request}", "Requests, by what became of them at the gate.");

    public void Count(string outcome, string plan = "none") => _requests.Add(1, new("outcome", outcome), new KeyValuePair<string, object?>("plan", plan));
}
