using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

/// <summary>Each fault, in memory and over a socket, makes a bare client see the same.</summary>
public sealed class FaultTests
{
    private const string Body = "0123456789";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> SeenBySocketsAndInMemory => new()
    {
        { "Status 418", "418" },
        { "ResetAfter 4", "HttpRequestException: IOException" },
        { "Truncate 4", "HttpRequestException: HttpIOException ResponseEnded" },
        { "BadRetryAfter", "429 Retry-After: soon" },
        { "Delay 2s", "200 0123456789 after 2 s" },
        { "Drip 100ms", "200 0123456789 after 1 s" },
        { "Stall", "TaskCanceledException" },
        { "Redirect /elsewhere", "200 /elsewhere" },
        { "Storm 30s", "503" },
    };

    [Theory]
    [MemberData(nameof(SeenBySocketsAndInMemory))]
    public async Task Is_the_same_in_memory_as_over_a_socket(string fault, string seen)
    {
        (await SeeAsync(fault, overSockets: false)).Should().Be(seen);
        (await SeeAsync(fault, overSockets: true)).Should().Be(seen);
    }

    [Fact]
    public async Task No_connection_is_what_a_closed_port_gives()
    {
        using var client = new HttpClient();
        var refused = await FailureOf(client.GetAsync(ScriptedServer.RefusedUrl, Cancelled));
        using var inMemory = new HttpClient(new ScriptedUpstream(script => script.Answer(Fault.NoConnection())));

        var failure = await FailureOf(inMemory.GetAsync("http://upstream.test/", Cancelled));

        (failure.HttpRequestError, Outcome.FromException(failure).Kind).Should().Be((refused.HttpRequestError, Outcome.FromException(refused).Kind));
    }

    [Theory]
    [InlineData("Status 503")]
    [InlineData("Delay 1.5s")]
    [InlineData("Stall")]
    [InlineData("ResetAfter 100")]
    [InlineData("Drip 0.01s")]
    [InlineData("Truncate 0")]
    [InlineData("NoConnection")]
    [InlineData("BadRetryAfter")]
    [InlineData("BadRetryAfter -1")]
    [InlineData("Redirect /elsewhere")]
    [InlineData("Storm 30s")]
    public void Is_written_as_it_is_read(string text) => Fault.Parse(text).ToString().Should().Be(text);

    [Theory]
    [InlineData("")]
    [InlineData("Status")]
    [InlineData("Status 42")]
    [InlineData("Delay 2")]
    [InlineData("Delay -2s")]
    [InlineData("Delay 9999999s")]
    [InlineData("Stall 1")]
    [InlineData("Fire")]
    public void Is_not_read_from_anything_else(string text)
    {
        var parsing = () => Fault.Parse(text);

        parsing.Should().Throw<FormatException>().WithMessage($"'{text}' is not a fault. Valid are: Status 503,*");
        Fault.TryParse(text, out _).Should().BeFalse();
    }

    [Fact]
    public async Task A_storm_lasts_as_long_as_it_says()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(201).Then(Fault.Storm(TimeSpan.FromSeconds(30))).Then(204)) { Time = new VirtualClock() };
        using var client = new HttpClient(upstream);

        int[] before = [await StatusAsync(client), await StatusAsync(client)];
        ((VirtualClock)upstream.Time).Advance(TimeSpan.FromSeconds(29));
        var within = await StatusAsync(client);
        ((VirtualClock)upstream.Time).Advance(TimeSpan.FromSeconds(1));

        (before[0], before[1], within, await StatusAsync(client)).Should().Be((201, 503, 503, 204));
    }

    private static async Task<int> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync("http://upstream.test/", Cancelled);
        return (int)response.StatusCode;
    }

    private static async Task<HttpRequestException> FailureOf(Task call)
    {
        var calling = () => call;
        return (await calling.Should().ThrowAsync<HttpRequestException>()).Which;
    }

    private static async Task<string> SeeAsync(string fault, bool overSockets)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("bare", client => (client.BaseAddress, client.Timeout) = (new("http://upstream.test/"), Timeout.InfiniteTimeSpan));
        var clock = services.AddVirtualClock();
        Action<UpstreamScript> script = script => script.Answer(Reply.Ok(Body).With(Fault.Parse(fault))).Then(attempt => Reply.Ok(attempt.Path));
        _ = overSockets ? (object)services.AddScriptedServer("bare", script) : services.AddScriptedUpstream("bare", script);
        await using var provider = services.BuildServiceProvider();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1), clock);
        try
        {
            using var response = await clock.AdvanceUntilAsync(provider.GetRequiredService<IHttpClientFactory>().CreateClient("bare").GetAsync("/", timeout.Token));
            var retryAfter = response.Headers.NonValidated.TryGetValues("Retry-After", out var value) ? $" Retry-After: {value}" : "";
            var after = clock.GetUtcNow() > clock.Start ? $" after {(clock.GetUtcNow() - clock.Start).TotalSeconds} s" : "";
            return $"{(int)response.StatusCode}{retryAfter} {await response.Content.ReadAsStringAsync(Cancelled)}{after}".TrimEnd();
        }
        catch (HttpRequestException e)
        {
            return $"{e.GetType().Name}: {e.InnerException!.GetType().Name} {(e.InnerException as HttpIOException)?.HttpRequestError}".TrimEnd();
        }
        catch (OperationCanceledException e)
        {
            return e.GetType().Name;
        }
    }
}
