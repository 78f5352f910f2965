namespace TenantGateway;

/// <summary>Changes a file of tenants as a whole: whoever reads it sees the one before or the one after.</summary>
internal sealed class TenantFileEditor(string path)
{
    /// <returns>The key: nothing has it from now on but whoever is told.</returns>
    public string AddKey(string id, string plan)
    {
        var key = ApiKey.Create();
        Change(document => document.Tenants[id] = new(plan, [.. document.Tenants.GetValueOrDefault(id)?.Keys ?? [], ApiKey.HashOf(key)]));
        return key;
    }

    public void SetPlan(string id, string plan) => Change(document => document.Tenants[id] = document.Tenants[id]! with { Plan = plan });

    public void RevokeKeys(string id) => Change(document => document.Tenants[id] = document.Tenants[id]! with { Keys = [] });

    private void Change(Action<TenantsDocument> change)
    {
        var document = File.Exists(path) ? TenantsDocument.Parse(File.ReadAllBytes(path)) : TenantsDocument.Empty;
        change(document);
        var json = document.ToJson();
        _ = TenantDirectory.Parse(json);
        var next = $"{path}.next";
        File.WriteAllBytes(next, json);
        File.Move(next, path, overwrite: true);
    }
}
