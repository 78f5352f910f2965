using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace Resilience.Http.Packed;

/// <summary>What a debugger needs: the symbols of this very assembly, with every source in them or at an address.</summary>
internal static class Symbols
{
    // Of portable PDBs.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static IEnumerable<string> FaultsOf(Package package)
    {
        using var assembly = package.Assembly();
        using var provider = package.Symbols();
        if (provider?.GetMetadataReader() is not { } symbols)
            return ["no symbols"];

        var parts = assembly.ReadDebugDirectory();
        return [.. Identity(assembly, parts, symbols), .. Sources(symbols)];
    }

    private static IEnumerable<string> Identity(PEReader assembly, IReadOnlyCollection<DebugDirectoryEntry> parts, MetadataReader symbols)
    {
        if (!parts.Any(part => part.Type == DebugDirectoryEntryType.Reproducible))
            yield return "not deterministic";

        var id = new BlobContentId(symbols.DebugMetadataHeader!.Id);
        if (!parts.Any(part => part.Type == DebugDirectoryEntryType.CodeView && assembly.ReadCodeViewDebugDirectoryData(part).Guid == id.Guid))
            yield return "symbols of another assembly";
    }

    private static IEnumerable<string> Sources(MetadataReader symbols)
    {
        var addresses = AddressesIn(symbols);
        foreach (var handle in symbols.Documents)
        {
            var name = symbols.GetString(symbols.GetDocument(handle).Name);
            // Where it was built must not show, or two builds differ.
            if (!name.StartsWith("/_", StringComparison.Ordinal))
                yield return $"the path {name}";
            if (!Has(symbols, handle, EmbeddedSource) && !addresses.Any(address => name.StartsWith(address, StringComparison.Ordinal)))
                yield return $"no source of {name}";
        }
    }

    private static bool Has(MetadataReader symbols, EntityHandle owner, Guid kind) => InformationOf(symbols, owner, kind).Any();

    private static IEnumerable<CustomDebugInformation> InformationOf(MetadataReader symbols, EntityHandle owner, Guid kind)
        => symbols.GetCustomDebugInformation(owner).Select(symbols.GetCustomDebugInformation).Where(information => symbols.GetGuid(information.Kind) == kind);

    // The keys of SourceLink's documents, such as "/_/*".
    private static string[] AddressesIn(MetadataReader symbols)
    {
        foreach (var information in InformationOf(symbols, EntityHandle.ModuleDefinition, SourceLink))
        {
            using var links = JsonDocument.Parse(symbols.GetBlobBytes(information.Value));
            return [.. links.RootElement.GetProperty("documents").EnumerateObject().Select(document => document.Name.TrimEnd('*'))];
        }

        return [];
    }
}
