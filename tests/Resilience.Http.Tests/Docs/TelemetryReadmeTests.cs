using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>The README of telemetry names all there is, and nothing else.</summary>
public sealed partial class TelemetryReadmeTests
{
    private static readonly string Text = new Readme("src/Resilience.Http/Telemetry/README.md").Text;

    [Fact]
    public void Names_every_instrument()
    {
        var made = Repository.Find("*.cs", "src/Resilience.Http").SelectMany(file => Instruments.Matches(File.ReadAllText(Repository.PathOf(file)))).Select(Row);

        NamesIn(InstrumentRows).Should().BeEquivalentTo(made).And.NotBeEmpty();
    }

    [Fact]
    public void Names_every_log_line_by_its_event()
    {
        var logged = typeof(ClientContext).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId).OfType<int>().Order();

        NamesIn(EventRows).Select(int.Parse).Should().Equal(logged).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void Shares_no_event_with_another_package() => EventsOf("src").Should().OnlyHaveUniqueItems("all write to one log category");

    [Theory]
    [InlineData("Resilience.Http.Outbox")]
    [InlineData("Resilience.Http.Quotas")]
    [InlineData("Resilience.Http.Testing")]
    [InlineData("Resilience.Http.Yarp")]
    public void Has_a_counterpart_in_every_package_that_logs(string package)
        => EventsOf($"src/{package}").Should().NotBeEmpty().And.OnlyContain(id => Regex.IsMatch(new Readme($"src/{package}/README.md").Text, $@"\b{id}\b"));

    [Fact]
    public void Names_every_event_of_clients()
    {
        var published = typeof(ClientEvent).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(ClientEvent))).Select(type => type.Name);

        NamesIn(TypeRows).Should().BeEquivalentTo(published);
    }

    private static IEnumerable<string> EventsOf(string folder)
        => Repository.Find("*.cs", folder).SelectMany(file => LogLines.Matches(File.ReadAllText(Repository.PathOf(file)))).Select(Row);

    private static IEnumerable<string> NamesIn(Regex rows) => rows.Matches(Text).Select(Row);

    private static string Row(Match match) => string.Join(' ', match.Groups.Values.Skip(1));

    [GeneratedRegex("""Create\w+<\w+>\(\s*"([^"]+)", "([^"]+)""")]
    private static partial Regex Instruments { get; }

    [GeneratedRegex(@"LoggerMessage\((?:EventId = )?(\d+)")]
    private static partial Regex LogLines { get; }

    [GeneratedRegex("^\\| `(resilience[a-z._]+)` \\| `?([^|`]+?)`? \\|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRows { get; }

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex EventRows { get; }

    [GeneratedRegex("^\\| `([A-Z]\\w+)` \\|", RegexOptions.Multiline)]
    private static partial Regex TypeRows { get; }
}
