using System.Text.Json;
using System.Text.RegularExpressions;

namespace TenantGateway;

/// <summary>One configuration of tenants: as a whole valid, and never changed.</summary>
internal sealed partial class TenantDirectory
{
    private readonly Dictionary<string, Tenant> _byId = new(StringComparer.Ordinal);
    private readonly KeyRing _keys = new();

    private TenantDirectory(TenantsDocument document)
    {
        // Nothing is more likely to be a mistake than that.
        if (document.Tenants.Count == 0)
            throw new FormatException("There is no tenant.");

        foreach (var (name, plan) in document.Plans)
        {
            if (!Names.IsMatch(name) || plan is not { IsValid: true })
                throw new FormatException($"The plan '{name}' is invalid: it must have a name of letters, digits and '-', and permits, a period and a burst of more than zero.");
        }

        foreach (var (id, entry) in document.Tenants)
            Add(id, entry ?? throw new FormatException($"The tenant '{id}' is null."), document.Plans);
    }

    public int Count => _byId.Count;

    /// <exception cref="FormatException">The configuration is invalid; the message says why.</exception>
    public static TenantDirectory Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return new(TenantsDocument.Parse(json));
        }
        catch (JsonException e)
        {
            throw new FormatException($"It is no JSON of the expected form, at line {e.LineNumber + 1}.", e);
        }
    }

    public Tenant? FindByKey(string key) => _keys.Find(key);

    public Tenant? FindById(string id) => _byId.GetValueOrDefault(id);

    private void Add(string id, TenantEntry entry, SortedDictionary<string, Plan?> plans)
    {
        if (!Ids.IsMatch(id))
            throw new FormatException($"The tenant '{id}' must have an id of lower-case letters, digits and '-', 50 at most.");

        var tenant = new Tenant(id, entry.Plan, plans.GetValueOrDefault(entry.Plan) ?? throw new FormatException($"The tenant '{id}' has a plan that does not exist."));
        _byId.Add(id, tenant);
        foreach (var key in entry.Keys)
        {
            if (key is null || !Hashes.IsMatch(key) || !_keys.Add(Convert.FromHexString(key), tenant))
                throw new FormatException($"A key of the tenant '{id}' is no SHA-256 in hexadecimal digits, or given twice.");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,50}\z")]
    private static partial Regex Ids { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,30}\z")]
    private static partial Regex Names { get; }

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex Hashes { get; }
}
