using System.Text.RegularExpressions;

namespace Resilience.Http.Tests;

/// <summary>A README: the code that it shows, and the files that it links to.</summary>
internal sealed partial class Readme(string path)
{
    private readonly string _folder = Path.GetDirectoryName(path)!;

    /// <summary>All of the repository, so that a new one is not forgotten.</summary>
    public static IEnumerable<string> All => Repository.Find("README.md");

    public string Text { get; } = File.ReadAllText(Repository.PathOf(path)).ReplaceLineEndings("\n");

    /// <summary>Where its C# is compiled: a file, named like the folder of the README, of the tests of the package that it belongs to, or of its family.</summary>
    public string CodeFile => $"tests/{TestsOf(Package)}/Docs/{Capitalised(Path.GetFileName(_folder).Replace(".", "", StringComparison.Ordinal))}ReadmeCode.cs";

    private string Package => path.Split('/') switch
    {
        ["src", var package, ..] => package,
        // What it shows is how SDKs are set up.
        ["samples", ..] => "Resilience.Http.Sdk",
        _ => "Resilience.Http",
    };

    public IEnumerable<string> Links => LinkTargets.Matches(Text).Select(link => link.Groups[1].Value)
        .Where(target => !target.Contains("://", StringComparison.Ordinal))
        .Select(target => Path.Combine(Repository.Root, _folder, target));

    public IEnumerable<string> Languages => Fences.Matches(Text).Select(block => block.Groups[1].Value);

    public IEnumerable<string> Blocks(string language)
        => Fences.Matches(Text).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    private static string TestsOf(string package)
        => Directory.Exists(Repository.PathOf($"tests/{package}.Tests")) ? $"{package}.Tests" : TestsOf(Path.GetFileNameWithoutExtension(package));

    private static string Capitalised(string name) => name.Length == 0 ? name : $"{char.ToUpperInvariant(name[0])}{name[1..]}";

    [GeneratedRegex(@"^```(.*)\n((?:.*\n)*?)```$", RegexOptions.Multiline)]
    private static partial Regex Fences { get; }

    [GeneratedRegex(@"\]\(([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex LinkTargets { get; }
}
