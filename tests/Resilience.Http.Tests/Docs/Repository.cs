namespace Resilience.Http.Tests;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>The files by this name or pattern that belong to the repository, with slashes, from its root.</summary>
    public static IEnumerable<string> Find(string pattern, string folder = "")
        => Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or ".git"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot(string? folder) => folder switch
    {
        null => throw new DirectoryNotFoundException("The tests do not run inside their repository."),
        _ when File.Exists(Path.Combine(folder, "Resilience.sln")) => folder,
        _ => FindRoot(Path.GetDirectoryName(folder)),
    };
}
