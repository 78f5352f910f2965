using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Resilience.Http.Packed;

/// <summary>A package, and beside it that of its symbols.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _files;
    private readonly ZipArchive? _symbols;

    public Package(string path)
    {
        var symbols = Path.ChangeExtension(path, ".snupkg");
        _files = ZipFile.OpenRead(path);
        _symbols = File.Exists(symbols) ? ZipFile.OpenRead(symbols) : null;
        Description = XDocument.Parse(Text(_files.Entries.Single(file => file.FullName.EndsWith(".nuspec", StringComparison.Ordinal)))).Root!.Elements().Single();
    }

    /// <summary>The <c>metadata</c> of the nuspec.</summary>
    public XElement Description { get; }

    public string Id => Of("id");

    /// <summary>The names of everything in it but NuGet's own.</summary>
    public IEnumerable<string> Files => _files.Entries.Select(file => file.FullName)
        .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml");

    /// <summary>An element of the nuspec; empty if there is none.</summary>
    public string Of(string name) => Description.Element(Description.Name.Namespace + name)?.Value ?? "";

    public string Text(string name) => _files.GetEntry(name) is { } file ? Text(file) : "";

    public byte[] Bytes(string name) => Bytes(_files.GetEntry(name)!);

    public PEReader Assembly() => new(new MemoryStream(Bytes($"lib/net10.0/{Id}.dll")));

    /// <summary>The symbols; null if they are not there.</summary>
    public MetadataReaderProvider? Symbols()
        => _symbols?.GetEntry($"lib/net10.0/{Id}.pdb") is { } file ? MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(file))) : null;

    public void Dispose()
    {
        _files.Dispose();
        _symbols?.Dispose();
    }

    private static string Text(ZipArchiveEntry file)
    {
        using var reader = new StreamReader(file.Open());
        return reader.ReadToEnd();
    }

    private static byte[] Bytes(ZipArchiveEntry file)
    {
        using var bytes = new MemoryStream();
        using var content = file.Open();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
