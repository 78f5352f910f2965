using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

public sealed class ClientDoubtsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_standard_policies_give_no_rise_to_doubts()
        => (await WarningsAsync(_ => { })).Should().BeEmpty();

    [Fact]
    public async Task An_attempt_may_not_take_as_long_as_the_call()
    {
        var warnings = await WarningsAsync(client => client.AddStandardPolicies(standard => standard.TotalTimeout.Timeout = TimeSpan.FromSeconds(5)));

        warnings.Should().Equal("Warning 4: Client 'test': an attempt may take 10 s, the default (AttemptTimeout), the whole call only 5 s (TotalTimeout). One that hangs leaves no time for a retry. Give attempts less than half the time of the call.");
    }

    [Theory]
    [InlineData(10, "*the whole call only 10 s (HttpClient.Timeout)*")]
    [InlineData(11, null)]
    public async Task The_timeout_of_the_HttpClient_counts_as_well(double seconds, string? warning)
        => ShouldMatch(await WarningsAsync(client => client.AddStandardPolicies(), http => http.Timeout = TimeSpan.FromSeconds(seconds)), warning);

    [Fact]
    public async Task Without_retries_nothing_is_lost()
        => (await WarningsAsync(client => client.AddStandardPolicies(standard => (standard.TotalTimeout.Timeout, standard.Retry.MaxRetries) = (TimeSpan.FromSeconds(5), 0))))
            .Should().BeEmpty();

    [Fact]
    public async Task A_probe_must_be_able_to_time_out()
    {
        var warnings = await WarningsAsync(client => client.AddStandardPolicies(standard => standard.CircuitBreaker.ProbeLease = TimeSpan.FromSeconds(10)));

        warnings.Should().ContainSingle().Which.Should().StartWith("Warning 4: Client 'test': CircuitBreaker.ProbeLease is 10 s, and an attempt may take 10 s (AttemptTimeout): the failure of a probe that times out is ignored");
    }

    [Fact]
    public async Task Other_times_of_the_circuit_must_fit_an_attempt_too()
    {
        var warnings = await WarningsAsync(client => client.AddStandardPolicies(standard =>
            (standard.CircuitBreaker.IdleEviction, standard.CircuitBreaker.SlowCallDuration) = (TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11))));

        warnings.Should().HaveCount(2).And.ContainMatch("*IdleEviction is 9 s*").And.ContainMatch("*SlowCallDuration is 11 s*no attempt is ever slow*");
    }

    [Theory]
    [InlineData("http://payments.example/", "*its idempotency keys can be read*")]
    [InlineData("https://payments.example/", null)]
    [InlineData("http://localhost:5000/", null)]
    [InlineData("http://127.0.0.1/", null)]
    [InlineData("http://[::1]/", null)]
    public async Task Keys_are_not_for_everybody(string address, string? warning)
        => ShouldMatch(await WarningsAsync(client => client.AddIdempotencyKey(), http => http.BaseAddress = new(address)), warning);

    [Fact]
    public async Task Access_tokens_are_not_sent_by_http()
        => ShouldMatch(
            await WarningsAsync(client => client.AddClientCredentials(Tokens), http => http.BaseAddress = new("http://ledger.example/")),
            "*its requests are sent without an access token, because its BaseAddress is http*");

    [Theory]
    [InlineData("http://ledger.example/", "Authorization", "*the credentials in its BaseAddress or DefaultRequestHeaders can be read*")]
    [InlineData("http://ledger.example/", "X-Api-Key", "*the credentials in its BaseAddress or DefaultRequestHeaders can be read*")]
    [InlineData("http://alice:secret@ledger.example/", "Accept", "*the credentials in its BaseAddress or DefaultRequestHeaders can be read*")]
    [InlineData("http://ledger.example/", "Accept", null)]
    [InlineData("https://ledger.example/", "Authorization", null)]
    public async Task Credentials_of_its_own_are_not_either(string address, string header, string? warning)
        => ShouldMatch(
            await WarningsAsync(_ => { }, http =>
            {
                http.BaseAddress = new(address);
                http.DefaultRequestHeaders.TryAddWithoutValidation(header, "secret");
            }),
            warning);

    [Fact]
    public async Task A_client_that_cannot_be_set_up_says_so_when_it_is_asked_for()
        => (await WarningsAsync(_ => { }, _ => throw new InvalidOperationException("set up too early"))).Should().BeEmpty();

    [Fact]
    public async Task Looking_at_the_client_does_not_make_it_known()
    {
        using var host = Build(client => client.AddRetry(), http => http.Timeout = TimeSpan.FromSeconds(1), new());
        await host.StartAsync(Cancelled);

        var known = host.Services.GetRequiredService<ResilienceRegistry>()["test"].Client.Context.HttpClient;

        known.Timeout.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Without_a_host_the_first_client_tells_and_the_others_do_not()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(), new Uri("http://payments.example/"));

        using var first = host.Client;
        using var second = host.Client;

        host.Log.Lines.Should().ContainSingle().Which.Should().StartWith("Warning 4");
    }

    [Fact]
    public async Task New_options_are_looked_at_like_the_first()
    {
        var log = new LogRecorder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Client:TotalTimeout:Timeout", "00:00:30")]).Build();
        using var host = Build(client => client.AddResilience(configuration.GetSection("Client")), _ => { }, log);
        await host.StartAsync(Cancelled);

        configuration["Client:TotalTimeout:Timeout"] = "00:00:05";
        configuration.Reload();
        configuration.Reload();

        log.Lines.Where(line => line.StartsWith("Warning 4", StringComparison.Ordinal)).Should().ContainSingle();
    }

    private static void Tokens(ClientCredentialsOptions tokens)
        => (tokens.TokenEndpoint, tokens.ClientId, tokens.ClientSecret) = (new("https://login.example/"), "ledger", "secret");

    private static void ShouldMatch(IReadOnlyList<string> warnings, string? pattern)
    {
        warnings.Should().HaveCount(pattern is null ? 0 : 1);
        if (pattern is not null)
            warnings.Should().ContainMatch($"Warning 4: {pattern}");
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(Action<IResilientHttpClientBuilder> policies, Action<HttpClient>? http = null)
    {
        var log = new LogRecorder();
        using var host = Build(policies, http, log);
        await host.StartAsync(Cancelled);
        return log.Lines;
    }

    private static IHost Build(Action<IResilientHttpClientBuilder> policies, Action<HttpClient>? http, LogRecorder log)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        policies(builder.Services.AddResilientHttpClient("test", http ?? (_ => { })));
        return builder.Build();
    }
}
