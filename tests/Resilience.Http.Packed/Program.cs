using Resilience.Http.Packed;

// Where the packages are, and where the projects are that they are made of.
var (packed, projects) = (args[0], args[1]);
var expected = Directory.GetFiles(projects, "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).ToArray();
List<string> faults = [];
List<string?> found = [];
foreach (var path in Directory.GetFiles(packed, "*.nupkg").Order(StringComparer.Ordinal))
{
    using var package = new Package(path);
    found.Add(package.Id);
    faults.AddRange(Rules.FaultsOf(package).Select(fault => $"{package.Id}: {fault}"));
}

if (!found.Order(StringComparer.Ordinal).SequenceEqual(expected))
    faults.Add($"there are packages of {string.Join(", ", found)}, but projects of {string.Join(", ", expected)}");
Console.WriteLine(faults is [] ? $"{found.Count} packages are whole" : string.Join(Environment.NewLine, faults));
return faults is [] ? 0 : 1;
