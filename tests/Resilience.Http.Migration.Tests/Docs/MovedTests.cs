using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Migration.Tests;

/// <summary>What the page shows of callbacks, pipelines and tests works, with this library and with the other.</summary>
public sealed class MovedTests
{
    // Who advances a clock in a loop may overtake a call on a busy machine; a timeout so long is not reached.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(50);

    private static readonly Dictionary<string, Action<IServiceCollection>> Registrations = new()
    {
        ["there"] = services => services.AddHttpClient("orders").AddStandardResilienceHandler(standard =>
            (standard.TotalRequestTimeout.Timeout, standard.AttemptTimeout.Timeout, standard.CircuitBreaker.SamplingDuration) = (2 * Long, Long, 2 * Long)),
        ["here"] = services => services.AddResilientHttpClient("orders").AddStandardPolicies(standard =>
            (standard.TotalTimeout.Timeout, standard.AttemptTimeout.Timeout, standard.CircuitBreaker.ProbeLease) = (Long, Long, TimeSpan.FromHours(1))),
    };

    public static TheoryData<string> Names => [.. Registrations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tests_run_as_they_are(string registration) => (await TestsCode.ThereAsync(Registered(registration))).Should().Be(HttpStatusCode.OK);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tests_run_on_the_test_kit(string registration) => (await TestsCode.HereAsync(Registered(registration))).Should().Be(HttpStatusCode.OK);

    [Fact]
    public async Task Callbacks_have_what_the_container_has()
    {
        var statistics = new MigrationCode.OrderStatistics();
        var services = Registered("here");
        services.AddSingleton(statistics);
        MigrationCode.Callbacks(services);

        await TestsCode.HereAsync(services);

        statistics.Retries.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task A_client_needs_no_pipeline()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("stock", http => http.BaseAddress = new("https://stock.test/"));
        var clock = services.AddVirtualClock();
        services.AddScriptedUpstream("stock", script => script.Answer(503).Then(200, "12"));
        await using var provider = services.BuildServiceProvider();

        var count = await clock.AdvanceUntilAsync(new ResilientStock(provider.GetRequiredService<IHttpClientFactory>()).CountAsync("a", TestContext.Current.CancellationToken));

        count.Should().Be(12);
    }

    private static ServiceCollection Registered(string registration)
    {
        var services = new ServiceCollection();
        Registrations[registration](services);
        return services;
    }
}
