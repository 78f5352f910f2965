using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Resilience.Http.Tests;

/// <summary>What is read from a server costs no more than in proportion to its size, and is bounded in number and depth.</summary>
public sealed class ReaderTests
{
    private const int Size = 24 * 1024;

    // Not what a server sends: names that the application or its operator writes.
    private static readonly string[] OfOurOwn = [nameof(PartitionKey), nameof(RequestBody)];

    public static TheoryData<string> Names => [.. Readers.All.Keys];

    [Fact]
    public void Are_all_listed()
    {
        var found = typeof(Outcome).Assembly.GetTypes().Where(type => type.Namespace == "Resilience.Http" && !type.IsNested && (IsReader(type) || (type.IsClass && type.IsAssignableTo(typeof(IAdviceReader)))));

        Readers.All.Keys.Order(StringComparer.Ordinal).Should().Equal(found.Select(type => type.Name).Except(OfOurOwn).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Take_twice_as_much_for_twice_as_much(string reader)
    {
        var (once, twice) = (AllocatedBy(Readers.All[reader](Size)), AllocatedBy(Readers.All[reader](2 * Size)));

        twice.Should().BeLessThanOrEqualTo((once * 26 / 10) + 4096);
    }

    [Theory]
    [InlineData("""{"error":{"code":1,"status":"S","details":[{"\ud83d":"\ud83d"},{"code":"\ude00"}]}}""")]
    [InlineData("""{"message":"m","documentation_url":"u","errors":[{"\ud83d":"\ud83d"},{"code":"\ude00"}]}""")]
    [InlineData("""{"title":"t","\ud83d":"\ud83d"}""")]
    public void Throw_nothing_on_their_way_because_of_half_a_surrogate_pair(string body)
    {
        var (thread, thrown) = (Environment.CurrentManagedThreadId, 0);
        EventHandler<FirstChanceExceptionEventArgs> count = (_, _) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;

        AppDomain.CurrentDomain.FirstChanceException += count;
        ProviderError.Read(400, body);
        AppDomain.CurrentDomain.FirstChanceException -= count;

        thrown.Should().Be(0);
    }

    [Fact]
    public void Read_no_more_fields_about_quotas_than_sixty_four()
    {
        string[] fields = [.. Enumerable.Range(0, 70).Select(i => $"x-ratelimit-remaining-{i}: {100 - i}")];

        Answers.Read(string.Join('|', fields))!.Remaining.Should().Be(37);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Ignore_a_field_with_more_members_than_its_specification_asks_for(int members, bool isRead)
        => (Answers.Read($"RateLimit: {string.Concat(Enumerable.Repeat("\"a\";r=1, ", members - 1))}\"b\";r=0") is { IsExhausted: true }).Should().Be(isRead);

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Ignore_a_field_with_more_parameters_than_its_specification_asks_for(int parameters, bool isRead)
        => (Answers.Read($"RateLimit: \"b\";r=0{string.Concat(Enumerable.Range(1, parameters - 1).Select(i => $";p{i}"))}") is not null).Should().Be(isRead);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(36_000, false)]
    public void Read_xml_and_json_sixty_four_deep(int depth, bool isRead)
    {
        var xml = string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));
        var json = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

        (TolerantXml.RootOrNull(System.Text.Encoding.UTF8.GetBytes(xml), default) is not null).Should().Be(isRead);
        (TolerantJson.ObjectOrNull(json) is not null).Should().Be(isRead);
    }

    [Fact]
    public void Keep_no_name_of_a_servers_for_the_life_of_the_process()
        => typeof(Outcome).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name).Should().NotContain("System.Xml.XDocument", "XLinq keeps every name without a namespace");

    private static bool IsReader(Type type) => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Any(method => !method.IsPrivate && method.GetParameters().Any(parameter => (IsReading(method.Name) && IsText(parameter.ParameterType)) || (method.Name is "Of" && parameter.ParameterType == typeof(HttpContent))));

    private static bool IsReading(string name)
        => name is "Read" or "RootOrNull" or "ObjectOrNull" or "Undo" or "Decode" or "Convert" or "Least" or "Longest" or "Judge" or "TryParse"
        || ((name.StartsWith("Parse", StringComparison.Ordinal) || (name.StartsWith("Read", StringComparison.Ordinal) && !name.EndsWith("Async", StringComparison.Ordinal))) && name.Length > 4);

    private static bool IsText(Type type)
        => type == typeof(string) || type == typeof(byte[]) || type == typeof(ProblemSource) || type == typeof(HttpResponseMessage) || type == typeof(XmlNode)
        || (type.IsByRef ? type.GetElementType()! : type) == typeof(ReadOnlySpan<char>);

    // The least of several: the runtime itself allocates a little when it compiles a method anew.
    private static long AllocatedBy(Action read) => Enumerable.Range(0, 4).Min(_ => AllocatedOnceBy(read));

    private static long AllocatedOnceBy(Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        read();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
