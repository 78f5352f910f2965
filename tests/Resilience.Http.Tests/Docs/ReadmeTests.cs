using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

    [Fact]
    public void Shows_no_line_of_code_that_does_not_compile()
    {
        var compiled = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Docs", "ReadmeCode.cs")).Select(line => line.Trim()).ToHashSet();

        var shown = Blocks("csharp").SelectMany(block => block.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

        shown.Should().HaveCountGreaterThan(20).And.BeSubsetOf(compiled);
    }

    [Fact]
    public void Shows_clients_that_are_in_order()
    {
        var services = new ServiceCollection();
        ReadmeCode.Opening(services);
        using var handler = ReadmeCode.Order(services);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<ResilienceRegistry>().All.Select(client => client.Name)
            .Should().BeEquivalentTo("github", "payments", "orders", "PaymentsClient", "LegacyClient", "signed");
    }

    [Fact]
    public async Task Shows_how_to_look_inside()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => new StubHandler(200));
        await using var provider = services.BuildServiceProvider();
        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments").GetAsync("http://upstream.test/", TestContext.Current.CancellationToken);

        ReadmeCode.LookingInside(provider);

        provider.GetRequiredService<ResilienceRegistry>()["payments"].Circuits.Single().State.Should().Be(CircuitState.Isolated);
        provider.GetRequiredService<ResilienceRegistry>().ToString().Should().StartWith("payments: TotalTimeout (30 s) → Retry");
    }

    [Fact]
    public void Shows_configuration_that_binds()
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Blocks("json").Single()));
        var services = new ServiceCollection();
        ReadmeCode.Configuration(services, new ConfigurationBuilder().AddJsonStream(json).Build());
        using var provider = services.BuildServiceProvider();

        var chain = provider.GetRequiredService<ResilienceRegistry>()["payments"].ToString();

        chain.Should().StartWith("payments: TotalTimeout (20 s) → Retry (4 times, 0.5 to 20 s, Full)")
            .And.EndWith("TokenBucket (25 a second) → AttemptTimeout (5 s)");
    }

    [Fact]
    public async Task Shows_requests_that_can_be_sent()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddStandardPolicies(), primary: new StubHandler(404), clock: new ControlledClock());
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");

        ReadmeCode.PerRequest(request, Path.Combine(AppContext.BaseDirectory, "README.md"));
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ReadmeCode.ErrorsAsync(host.Client);

        host.Inside.Circuits.Select(circuit => circuit.Partition).Should().BeEquivalentTo("tenant-7", "http://upstream.test:80");
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences { get; }

    private static IEnumerable<string> Blocks(string language)
        => Fences.Matches(Readme).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);
}
