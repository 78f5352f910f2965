using System.Diagnostics;

namespace TenantGateway;

/// <summary>
/// What a request says of the trace that it belongs to (W3C Trace Context), without baggage: ASP.NET Core takes baggage from clients' headers before anybody else
/// sees them, and HttpClient writes it into every request to an upstream, so that it would pass by <see cref="ClientHeaders"/>.
/// </summary>
internal sealed class TraceContext : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _trace = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields => _trace.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => _trace.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
        => _trace.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
