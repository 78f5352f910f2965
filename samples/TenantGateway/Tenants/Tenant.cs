namespace TenantGateway;

/// <summary>Who a key belongs to.</summary>
/// <param name="Id">Lower-case letters, digits and <c>-</c>: it names a bucket of the store, a header and a part of idempotency keys, and must not be able to look like two.</param>
/// <param name="PlanName">The name of the plan.</param>
/// <param name="Plan">The plan.</param>
internal sealed record Tenant(string Id, string PlanName, Plan Plan);
