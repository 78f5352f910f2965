using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantGateway;

/// <summary>The configuration of tenants as it is written: <c>{ "plans": { "Free": { "permits": 100, "period": "00:01:00", "burst": 10 } }, "tenants": { "acme": { "plan": "Free", "keys": ["…"] } } }</c>.</summary>
internal sealed record TenantsDocument(SortedDictionary<string, Plan?> Plans, SortedDictionary<string, TenantEntry?> Tenants)
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        MaxDepth = 8,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    /// <summary>A tenth of a minute's requests at once.</summary>
    public static TenantsDocument Empty => new(
        new() { ["Free"] = PerMinute(100), ["Pro"] = PerMinute(1_000), ["Enterprise"] = PerMinute(10_000) }, []);

    public static TenantsDocument Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<TenantsDocument>(json, Strict) ?? throw new FormatException("The configuration is null.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Strict);

    private static Plan PerMinute(int permits) => new(permits, TimeSpan.FromMinutes(1), permits / 10);
}

/// <summary>A tenant as it is written; of its keys the SHA-256, in hexadecimal digits.</summary>
internal sealed record TenantEntry(string Plan, IReadOnlyList<string?> Keys);
