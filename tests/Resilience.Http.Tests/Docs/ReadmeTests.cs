using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class ReadmeTests
{
    public static TheoryData<string> EveryReadme => [.. Readme.All];

    [Theory]
    [MemberData(nameof(EveryReadme))]
    public void Shows_no_code_that_does_not_compile(string path)
    {
        var readme = new Readme(path);
        string[] blocks = [.. readme.Blocks("csharp").Select(Lines)];
        var compiled = blocks.Length > 0 ? Lines(File.ReadAllText(Repository.PathOf(readme.CodeFile))) : string.Empty;

        var at = 0;
        foreach (var block in blocks)
        {
            var found = compiled.IndexOf(block, at, StringComparison.Ordinal);
            found.Should().NotBe(-1, "{0} shows this, which {1} must hold line by line, after the blocks before:\n{2}", path, readme.CodeFile, block);
            at = found + block.Length - 1;
        }
    }

    [Theory]
    [MemberData(nameof(EveryReadme))]
    public void Names_the_language_of_its_code_alike(string path)
        => new Readme(path).Languages.Should().BeSubsetOf(["csharp", "json", "bash", "text"]);

    [Theory]
    [MemberData(nameof(EveryReadme))]
    public void Links_to_files_that_exist(string path)
        => string.Join(", ", new Readme(path).Links.Where(target => !Path.Exists(target))).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(EveryReadme))]
    public void Shows_configuration_that_is_valid(string path)
    {
        foreach (var block in new Readme(path).Blocks("json"))
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(block));
            var services = new ServiceCollection();
            foreach (var client in new ConfigurationBuilder().AddJsonStream(json).Build().GetRequiredSection("Resilience").GetChildren())
                services.AddResilientHttpClient(client.Key, client);
            using var provider = services.BuildServiceProvider();

            provider.GetRequiredService<ResilienceRegistry>().All.Should().NotBeEmpty();
        }
    }

    [Fact]
    public void Are_found() => Readme.All.Should().Contain(["README.md", "src/Resilience.Http/README.md", "src/Resilience.Http/Advice/README.md"]);

    [Fact]
    public void The_first_is_short() => File.ReadLines(Repository.PathOf("README.md")).Should().HaveCountLessThanOrEqualTo(180);

    [Fact]
    public void Says_the_defaults_of_the_standard_policies()
    {
        var standard = new StandardPoliciesOptions();
        var (retry, breaker) = (standard.Retry, standard.CircuitBreaker);

        breaker.FailureRatio.Should().Be(0.5);
        DefaultOf("TotalTimeout").Should().Be($"{standard.TotalTimeout.Timeout.TotalSeconds} s");
        DefaultOf("Retry").Should().Be($"{retry.MaxRetries} retries, {retry.BaseDelay.TotalMilliseconds} ms to {retry.MaxDelay.TotalSeconds} s");
        DefaultOf("CircuitBreaker").Should().Be($"opens when half of the attempts of {breaker.Window.TotalSeconds} s failed, and there were {breaker.MinimumCalls}");
        DefaultOf("AttemptTimeout").Should().Be($"{standard.AttemptTimeout.Timeout.TotalSeconds} s");
    }

    private static string DefaultOf(string policy)
        => new Readme("README.md").Text.Split('\n').Single(row => row.StartsWith($"| ● `Add{policy}`", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries)[3];

    // Without indentation, which differs, and empty lines; each line with its ends, so that none is part of another.
    private static string Lines(string code)
        => $"\n{string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))}\n";
}
