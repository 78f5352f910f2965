namespace TenantGateway;

/// <summary>What the gateway is to do, and whether it did.</summary>
internal sealed record Promise(bool IsKept, string Text);
