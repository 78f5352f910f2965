namespace Migration.Tests;

public sealed class MigrationPageTests
{
    [Fact]
    public void Shows_no_code_that_does_not_compile()
    {
        var compiled = Lines(string.Concat(Repository.Find("*Code.cs", "tests/Resilience.Http.Migration.Tests/Docs").Select(file => File.ReadAllText(Repository.PathOf(file)))));

        MigrationPage.Readme.Blocks("csharp").Should().NotBeEmpty().And.AllSatisfy(block => compiled.Should().Contain(Lines(block)));
    }

    [Fact]
    public void Links_to_files_that_exist() => MigrationPage.Readme.Links.Should().OnlyContain(target => Path.Exists(target));

    // Without indentation, which differs, and empty lines.
    private static string Lines(string code) => string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
