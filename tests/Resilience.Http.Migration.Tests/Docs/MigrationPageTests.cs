using System.Reflection;

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

    [Theory]
    [InlineData("Polly", "Policy", "RetryPolicy", "CircuitBreakerPolicy", "CircuitState")]
    [InlineData("Polly.Core", "Outcome", "CircuitState")]
    public void Names_the_types_that_are_called_alike(string assembly, params string[] names)
    {
        Names(Assembly.Load(assembly)).Intersect(Names(typeof(RetryOptions).Assembly)).Should().BeEquivalentTo(names);
        names.Should().OnlyContain(name => MigrationPage.Readme.Text.Contains($"`{name}`"));
    }

    private static IEnumerable<string> Names(Assembly assembly) => assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Distinct();

    // Without indentation, which differs, and empty lines.
    private static string Lines(string code) => string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
