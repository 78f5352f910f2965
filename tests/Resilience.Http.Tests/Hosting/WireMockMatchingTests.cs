using System.Net;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

public sealed class WireMockMatchingTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly HttpClient _client;

    public WireMockMatchingTests() => _client = new HttpClient { BaseAddress = new Uri(_server.Url!) };

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_scenario_keeps_its_last_state_when_that_leads_to_itself()
    {
        _server.Given(Request.Create().WithPath("/items/*").UsingGet()).InScenario("limit").WillSetStateTo("open", times: 2)
            .RespondWith(Response.Create().WithStatusCode(429).WithHeader("Retry-After", "1"));
        _server.Given(Request.Create().WithPath("/items/*").UsingGet()).InScenario("limit").WhenStateIs("open").WillSetStateTo("open")
            .RespondWith(Response.Create().WithStatusCode(HttpStatusCode.OK).WithBodyAsJson(new { id = 7 }));

        var statuses = await StatusesAsync("/items/7", times: 4);

        statuses.Should().Equal(429, 429, 200, 200);
    }

    [Fact]
    public async Task A_scenario_without_a_next_state_starts_over()
    {
        _server.Given(Request.Create()).InScenario("round").WillSetStateTo("second").RespondWith(Response.Create().WithStatusCode(503));
        _server.Given(Request.Create()).InScenario("round").WhenStateIs("second").RespondWith(Response.Create().WithStatusCode(200));

        var statuses = await StatusesAsync("/", times: 4);

        statuses.Should().Equal(503, 200, 503, 200);
    }

    [Fact]
    public async Task What_nothing_matches_is_a_404_in_the_log()
    {
        using var response = await _client.GetAsync("/none?a=1", _cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(_cancelled)).Should().Be("{\"Status\":\"No matching mapping found\"}");
        var entry = _server.LogEntries.Should().ContainSingle().Subject;
        entry.MappingGuid.Should().BeNull();
        entry.RequestMessage!.GetParameter("a")![0].Should().Be("1");
    }

    [Fact]
    public async Task The_lowest_priority_wins_then_the_most_matchers_then_the_latest()
    {
        _server.Given(Request.Create().WithPath("/a").UsingGet()).RespondWith(Response.Create().WithStatusCode(201));
        _server.Given(Request.Create().WithPath("/a").UsingGet()).RespondWith(Response.Create().WithStatusCode(202));
        _server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(203));
        _server.Given(Request.Create().WithPath("/b")).AtPriority(-1).RespondWith(Response.Create().WithStatusCode(206));
        _server.Given(Request.Create().WithPath("/b").UsingGet()).RespondWith(Response.Create().WithStatusCode(207));

        int[] statuses = [.. await StatusesAsync("/a"), .. await StatusesAsync("/b"), .. await StatusesAsync("/c")];

        statuses.Should().Equal(202, 206, 203);
    }

    private async Task<int[]> StatusesAsync(string path, int times = 1)
    {
        var statuses = new int[times];
        for (var i = 0; i < times; i++)
        {
            using var response = await _client.GetAsync(path, _cancelled);
            statuses[i] = (int)response.StatusCode;
        }

        return statuses;
    }
}
