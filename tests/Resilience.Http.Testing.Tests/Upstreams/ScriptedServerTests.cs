using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

/// <summary>The script over a real socket does what it does in memory.</summary>
public sealed class ScriptedServerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stands_in_for_the_server_whatever_its_address()
    {
        ScriptedServer? server = null;
        await using var hosted = new Hosted(services => server = services.AddScriptedServer("payments", script => script.Answer(503).Then(200, "paid")));

        using var response = await hosted.GetAsync("/charges");

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("paid");
        response.RequestMessage!.RequestUri.Should().Be("https://api.payments.test/charges");
        server!.Attempts.Select(attempt => (attempt.Path, attempt.Header("Host"), attempt.Answer)).Should().Equal(("/charges", "api.payments.test", "503"), ("/charges", "api.payments.test", "200"));
        server.Upstream.Waits.Should().ContainSingle();
    }

    [Fact]
    public async Task Runs_on_virtual_time_where_nothing_is_on_its_way()
    {
        ScriptedServer? server = null;
        await using var hosted = new Hosted(services => server = services.AddScriptedServer("payments", script => script
            .Answer(Fault.Stall()).Then(Reply.Ok("0123456789").Dripping(TimeSpan.FromSeconds(0.5)))));

        using var response = await hosted.GetAsync();

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("0123456789");
        (hosted.Clock.GetUtcNow() - hosted.Clock.Start).Should().BeCloseTo(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Ends_with_the_container()
    {
        ScriptedServer? server = null;
        var hosted = new Hosted(services => server = services.AddScriptedServer("payments", script => script.Answer(200)));
        (await hosted.GetAsync()).Dispose();
        var url = server!.Url;

        await hosted.DisposeAsync();

        using var client = new HttpClient();
        var calling = () => client.GetAsync(url, Cancelled);
        await calling.Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Shares_script_and_record_with_an_upstream_in_memory()
    {
        var upstream = new ScriptedUpstream(201, 202);
        await using var server = upstream.Listen();
        using var inMemory = new HttpClient(upstream);
        using var wire = new HttpClient();

        using var first = await inMemory.GetAsync("http://upstream.test/a", Cancelled);
        using var second = await wire.GetAsync(new Uri(server.Url, "/b"), Cancelled);

        (first.StatusCode, second.StatusCode).Should().Be((HttpStatusCode.Created, HttpStatusCode.Accepted));
        upstream.Attempts.Select(attempt => attempt.Path).Should().Equal("/a", "/b");
    }
}
