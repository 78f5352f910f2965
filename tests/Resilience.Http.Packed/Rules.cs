using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;

namespace Resilience.Http.Packed;

/// <summary>What a package must have.</summary>
internal static class Rules
{
    // Everything else would come upon every user.
    private static readonly Dictionary<string, string[]> Dependencies = new()
    {
        ["Resilience.Http"] = ["Microsoft.Extensions.Http", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Options.ConfigurationExtensions", "System.Threading.RateLimiting"],
        ["Resilience.Http.Outbox"] = ["Microsoft.Data.Sqlite", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions", "Microsoft.Extensions.Hosting.Abstractions", "Resilience.Http"],
        ["Resilience.Http.Outbox.PostgreSql"] = ["Npgsql", "Resilience.Http.Outbox"],
        ["Resilience.Http.Quotas"] = ["Microsoft.Extensions.Hosting.Abstractions", "Resilience.Http"],
        ["Resilience.Http.Quotas.PostgreSql"] = ["Npgsql", "Resilience.Http.Quotas"],
        ["Resilience.Http.Quotas.Redis"] = ["Resilience.Http.Quotas", "StackExchange.Redis", "System.IO.Hashing"],
        ["Resilience.Http.Testing"] = ["Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.TimeProvider.Testing", "Resilience.Http"],
        ["Resilience.Http.Yarp"] = ["Resilience.Http", "Yarp.ReverseProxy"],
    };

    public static IEnumerable<string> FaultsOf(Package package) => [.. Description(package), .. Contents(package), .. Documentation(package), .. Symbols.FaultsOf(package)];

    private static IEnumerable<string> Description(Package package)
    {
        foreach (var name in new[] { "version", "authors", "description", "tags", "releaseNotes" })
        {
            if (package.Of(name) is "" or "Package Description")
                yield return $"no {name}";
        }

        if (package.Of("license") != "MIT")
            yield return "no licence";
        if (package.Description.Elements().FirstOrDefault(element => element.Name.LocalName == "repository")?.Attribute("commit")?.Value is not { Length: 40 })
            yield return "no commit";

        var dependencies = package.Description.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal);
        if (!Dependencies.TryGetValue(package.Id, out var expected) || !dependencies.SequenceEqual(expected))
            yield return $"depends on {string.Join(", ", dependencies)}";
    }

    private static IEnumerable<string> Contents(Package package)
    {
        string[] expected = [$"{package.Id}.nuspec", "CHANGELOG.md", "README.md", "icon.png", $"lib/net10.0/{package.Id}.dll", $"lib/net10.0/{package.Id}.xml"];
        if (!package.Files.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)))
            yield return $"contains {string.Join(", ", package.Files)}";
        if (package.Of("readme") != "README.md" || !package.Text("README.md").StartsWith($"# {package.Id}\n", StringComparison.Ordinal))
            yield return "no readme of its own";
        // The size of a PNG stands at byte 16; NuGet shows icons of 128 × 128.
        if (package.Of("icon") != "icon.png" || BinaryPrimitives.ReadInt64BigEndian(package.Bytes("icon.png").AsSpan(16)) != 0x80_0000_0080)
            yield return "no icon of 128 × 128";
    }

    private static IEnumerable<string> Documentation(Package package)
    {
        using var assembly = package.Assembly();
        var types = assembly.GetMetadataReader();
        var documentation = package.Text($"lib/net10.0/{package.Id}.xml");
        foreach (var type in types.TypeDefinitions.Select(types.GetTypeDefinition).Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public))
        {
            var name = $"{types.GetString(type.Namespace)}.{types.GetString(type.Name)}";
            if (!documentation.Contains($"<member name=\"T:{name}\">", StringComparison.Ordinal))
                yield return $"{name} is not documented";
        }
    }
}
