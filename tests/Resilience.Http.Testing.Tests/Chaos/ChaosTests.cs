using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Testing.Tests;

public sealed class ChaosTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Development", null, 503)]
    [InlineData("Production", null, 200)]
    [InlineData(null, null, 200)]
    [InlineData("Production", true, 503)]
    [InlineData("Development", false, 200)]
    public async Task Is_off_unless_the_environment_or_a_switch_allows_it(string? environment, bool? enabled, int status)
    {
        await using var hosted = HostedIn(environment, chaos => chaos.Inject(Fault.Status(503), 1).Enabled = enabled);

        (await StatusAsync(hosted)).Should().Be(status);
    }

    [Fact]
    public async Task Comes_at_its_rate_into_every_attempt()
    {
        await using var hosted = HostedIn("Development", chaos => chaos.Inject(Fault.Status(503), 0.25).Inject(Fault.NoConnection(), 0.25));

        var outcomes = new List<string>();
        for (var call = 0; call < 400; call++)
            outcomes.Add(await OutcomeAsync(hosted));

        outcomes.Count(outcome => outcome == "503").Should().BeInRange(70, 130);
        outcomes.Count(outcome => outcome == "HttpRequestException").Should().BeInRange(70, 130);
        outcomes.Count(outcome => outcome == "200").Should().BeInRange(160, 240);
    }

    [Fact]
    public async Task Is_retried_like_the_fault_of_a_server()
    {
        var upstream = new ScriptedUpstream(200);
        await using var hosted = new Hosted(
            services => services.AddSeededRandom(3).AddScriptedUpstream("payments", upstream),
            client => client.AddRetry().AddChaos(chaos => chaos.Inject(Fault.Status(503), 0.5).Enabled = true));

        var statuses = new List<int>();
        for (var call = 0; call < 20; call++)
            statuses.Add(await StatusAsync(hosted));

        statuses.Count(status => status == 200).Should().BeGreaterThan(15);
        hosted.Services.GetRequiredService<ResilienceRegistry>()["payments"].RetryBudgets.Single().Level.Should().BeLessThan(50);
    }

    [Theory]
    [InlineData("Enabled", "maybe", true)]
    [InlineData("Faults:Status 503", "7", true)]
    [InlineData("Faults:Nothing", "0.1", true)]
    [InlineData("Enabled", "maybe", false)]
    [InlineData("Faults:Status 503", "7", false)]
    public async Task Goes_on_as_before_after_a_change_that_is_invalid(string setting, string value, bool wasCalled)
    {
        var (configuration, log) = (new ConfigurationBuilder().AddInMemoryCollection([new("Chaos:Enabled", "false")]).Build(), new LogLines());
        await using var hosted = new Hosted(
            services => services.AddLogging(logging => logging.AddProvider(log)).AddScriptedUpstream("payments", new ScriptedUpstream(200)), client => client.AddChaos(configuration.GetSection("Chaos")));
        hosted.Services.GetRequiredService<IStartupValidator>().Validate();
        if (wasCalled)
            await StatusAsync(hosted);

        configuration[$"Chaos:{setting}"] = value;
        Record.Exception(configuration.Reload);
        var during = (await StatusAsync(hosted), await StatusAsync(hosted));
        configuration[$"Chaos:{setting}"] = null;
        (configuration["Chaos:Enabled"], configuration["Chaos:Faults:Status 503"]) = ("true", "1");
        Record.Exception(configuration.Reload);
        hosted.Clock.Advance(TimeSpan.FromSeconds(2));

        (during, await StatusAsync(hosted)).Should().Be(((200, 200), 503));
        log.All.Where(line => line.StartsWith("1103", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().NotContain("maybe");
    }

    [Fact]
    public async Task Leaves_the_standard_policies_where_none_is_named()
    {
        await using var hosted = new Hosted(_ => { }, client => client.AddChaos());

        hosted.Services.GetRequiredService<ResilienceRegistry>()["payments"].ToString().Should().StartWith("payments: TotalTimeout (30 s) → Retry");
    }

    [Fact]
    public async Task Is_asked_for_by_a_header_that_stays_here()
    {
        var upstream = new ScriptedUpstream(200);
        await using var hosted = HostedIn("Development", _ => { }, upstream);

        var (named, unknown) = (await StatusAsync(hosted, "Status 418"), await StatusAsync(hosted, "Fire"));

        (named, unknown).Should().Be((418, 200));
        upstream.Attempts.Should().ContainSingle().Which.Header("X-Chaos").Should().BeNull();
    }

    [Fact]
    public async Task Disturbs_what_the_server_really_answers()
    {
        var upstream = new ScriptedUpstream(script => script.Answer(404, "0123456789"));
        await using var hosted = HostedIn("Development", chaos => chaos.Inject(Fault.Truncate(4), 1), upstream);
        using var response = await hosted.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        await body.ReadExactlyAsync(new byte[4], Cancelled);

        var reading = () => body.ReadExactlyAsync(new byte[1], Cancelled).AsTask();

        await reading.Should().ThrowAsync<HttpIOException>();
        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_storm_takes_everything_until_it_is_over()
    {
        await using var hosted = HostedIn("Development", _ => { });

        int[] statuses = [await StatusAsync(hosted), await StatusAsync(hosted, "Storm 30s"), await StatusAsync(hosted)];
        hosted.Clock.Advance(TimeSpan.FromSeconds(31));

        statuses.Should().Equal(200, 503, 503);
        (await StatusAsync(hosted)).Should().Be(200);
    }

    [Fact]
    public async Task Follows_its_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Chaos:Enabled", "true"), new("Chaos:Faults:Status 418", "1")]).Build();
        await using var hosted = new Hosted(
            services => services.AddScriptedUpstream("payments", new ScriptedUpstream(200)),
            client => client.AddChaos(configuration.GetSection("Chaos")));
        var before = await StatusAsync(hosted);

        configuration["Chaos:Enabled"] = "false";
        configuration.Reload();

        (before, await StatusAsync(hosted)).Should().Be((418, 200));
    }

    [Theory]
    [InlineData("Fire", 0.1, "Client 'payments': Chaos.Faults: 'Fire' is not a fault, such as 'Status 503' or 'Delay 2s'.")]
    [InlineData("Stall", -0.1, "Client 'payments': Chaos.Faults: the rate of 'Stall' must be from 0 to 1, but is -0.1.")]
    public void Does_not_start_with_faults_that_are_none(string fault, double rate, string message)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddResilientHttpClient("payments").AddChaos(chaos => chaos.Faults[fault] = rate);
        using var host = builder.Build();

        var starting = host.Start;

        starting.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    private static Hosted HostedIn(string? environment, Action<ChaosOptions> configure, ScriptedUpstream? upstream = null) => new(
        services =>
        {
            services.AddSeededRandom(1).AddScriptedUpstream("payments", upstream ?? new ScriptedUpstream(200));
            if (environment is not null)
                services.AddSingleton<IHostEnvironment>(Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment }).Environment);
        },
        client => client.AddAttemptTimeout().AddChaos(configure));

    private static async Task<int> StatusAsync(Hosted hosted, string? named = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (named is not null)
            request.Headers.Add("X-Chaos", named);
        using var response = await hosted.Clock.AdvanceUntilAsync(hosted.Client.SendAsync(request, Cancelled));
        return (int)response.StatusCode;
    }

    private static async Task<string> OutcomeAsync(Hosted hosted)
    {
        try
        {
            return $"{await StatusAsync(hosted)}";
        }
        catch (HttpRequestException e)
        {
            return e.GetType().Name;
        }
    }
}
