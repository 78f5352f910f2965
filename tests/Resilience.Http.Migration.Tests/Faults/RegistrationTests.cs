using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Migration.Tests;

/// <summary>The registrations that the page shows side by side.</summary>
public sealed class RegistrationTests
{
    private static readonly Dictionary<string, Action<IServiceCollection>> Registrations = new()
    {
        ["Polly 8"] = MigrationCode.PollyV8,
        ["Polly 8, moved"] = MigrationCode.FromPollyV8,
        ["Polly 7"] = PollyV7Code.There,
        ["Polly 7, moved"] = PollyV7Code.Here,
    };

    public static MatrixTheoryData<string, int> Cases => new(Registrations.Keys, [503, 404, 500, 501]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Retry_the_same_answers(string registration, int status)
        => (await SendAsync(registration, HttpMethod.Get, script => script.Answer(status).Then(200))).Should().Be("2 → 200");

    [Theory]
    [InlineData("Polly 8")]
    [InlineData("Polly 8, moved")]
    [InlineData("Polly 7")]
    [InlineData("Polly 7, moved")]
    public async Task Retry_a_connection_that_fails(string registration)
        => (await SendAsync(registration, HttpMethod.Post, script => script.Answer(Reply.NoConnection()).Then(200))).Should().Be("2 → 200");

    [Theory]
    [InlineData("Polly 8", 429, "1 → 429")]
    [InlineData("Polly 8, moved", 429, "1 → 429")]
    [InlineData("Polly 7", 429, "1 → 429")]
    [InlineData("Polly 7, moved", 429, "1 → 429")]
    public async Task Leave_other_answers(string registration, int status, string end)
        => (await SendAsync(registration, HttpMethod.Get, script => script.Answer(status))).Should().Be(end);

    [Theory]
    [InlineData("Polly 8", "2 → 200")]
    [InlineData("Polly 8, moved", "1 → 503")]
    [InlineData("Polly 7", "2 → 200")]
    [InlineData("Polly 7, moved", "1 → 503")]
    public async Task Differ_in_what_they_do_with_a_POST(string registration, string end)
        => (await SendAsync(registration, HttpMethod.Post, script => script.Answer(503).Then(200))).Should().Be(end);

    private static async Task<string> SendAsync(string registration, HttpMethod method, Action<UpstreamScript> script)
    {
        var services = new ServiceCollection();
        Registrations[registration](services);
        var upstream = services.AddScriptedUpstream("orders", script);
        await using var provider = services.BuildServiceProvider();
        using var request = new HttpRequestMessage(method, "http://orders.test/");
        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").SendAsync(request, TestContext.Current.CancellationToken);
        return $"{upstream.Attempts.Count} → {(int)response.StatusCode}";
    }
}
