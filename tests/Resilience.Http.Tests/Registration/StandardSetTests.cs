using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>The standard policies as a set whose options are made as a whole.</summary>
public sealed class StandardSetTests
{
    private const string Whole = "test: TotalTimeout (30 s) → ProblemDetails (Throw) → IdempotencyKey (Idempotency-Key, Raw) → Retry (3 times, 0.25 to 20 s, Full jitter) → CircuitBreaker (0.5 of at least 10 attempts in 30 s, break 5 s) → TokenBucket (9 a second) → AttemptTimeout (10 s)";

    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:Retry:MaxRetries", "5"), new("api:AttemptTimeout:Timeout", "00:00:05")]).Build();

    [Fact]
    public void Has_the_optional_policies_that_code_names_in_their_places()
    {
        using var host = new TestHost(client => client.AddStandardPolicies(AddAll));

        host.Inside.ToString().Should().Be(Whole);
    }

    [Fact]
    public void Has_the_optional_policies_that_configuration_names_in_their_places()
    {
        using var json = new MemoryStream("""{ "api": { "TokenBucket": { "PermitsPerSecond": 9 }, "IdempotencyKey": {}, "ProblemDetails": {} } }"""u8.ToArray());
        using var host = new TestHost(client => client.AddResilience(new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("api")).AddStandardPolicies());

        host.Inside.ToString().Should().Be(Whole);
    }

    [Fact]
    public async Task Has_optional_policies_that_act_where_they_stand()
    {
        var keys = new List<string>();
        using var host = new TestHost(
            client => client.AddStandardPolicies(AddAll),
            primary: new ScriptedUpstream((request, _) =>
            {
                keys.AddRange(request.Headers.GetValues("Idempotency-Key"));
                return new(HttpStatusCode.ServiceUnavailable);
            }));

        var posting = () => host.Client.PostAsync("/", null, TestContext.Current.CancellationToken);

        (await posting.Should().ThrowAsync<ProblemDetailsException>()).Which.Attempts.Should().Be(4);
        keys.Should().HaveCount(4).And.OnlyContain(key => key == keys[0]);
        host.Inside.TokenBuckets.Should().ContainSingle();
    }

    [Fact]
    public void Runs_the_code_that_sets_it_once_for_all_its_policies()
    {
        var runs = 0;
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddStandardPolicies(_ => runs++));

        host.Inside.ToString().Should().Contain("5 times").And.Contain("AttemptTimeout (5 s)");

        runs.Should().Be(1);
    }

    [Fact]
    public void Runs_the_code_that_sets_it_once_for_every_change_of_the_configuration()
    {
        var runs = 0;
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddStandardPolicies(_ => runs++));
        _ = host.Inside;

        (_configuration["api:Retry:MaxRetries"], _configuration["api:AttemptTimeout:Timeout"]) = ("6", "00:00:06");
        _configuration.Reload();
        _configuration.Reload();

        runs.Should().Be(2);
        host.Inside.ToString().Should().Contain("6 times").And.Contain("AttemptTimeout (6 s)");
    }

    [Fact]
    public void Takes_one_change_after_another_whichever_policy_it_is_about()
    {
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddStandardPolicies());
        _ = host.Inside;

        foreach (var (key, value) in new[] { ("Retry:MaxRetries", "6"), ("AttemptTimeout:Timeout", "00:00:06") })
        {
            _configuration[$"api:{key}"] = value;
            _configuration.Reload();
        }

        host.Inside.ToString().Should().Contain("6 times").And.Contain("AttemptTimeout (6 s)");
    }

    [Fact]
    public void Gives_options_of_their_own_to_whoever_asks_for_them()
    {
        using var host = new TestHost(client => client.AddStandardPolicies(standard => standard.Retry.MaxRetries = 5));
        _ = host.Inside;

        var asked = host.Services.GetRequiredService<IOptionsMonitor<RetryOptions>>().Get("test");
        asked.MaxRetries = 9;

        host.Inside.ToString().Should().Contain("5 times");
    }

    [Fact]
    public void Loses_no_policy_while_the_program_runs()
    {
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddStandardPolicies(standard => standard.TokenBucket = standard.Retry.MaxRetries == 5 ? new() { PermitsPerSecond = 9 } : null));
        _ = host.Inside;

        _configuration["api:Retry:MaxRetries"] = "6";
        _configuration.Reload();

        FluentActions.Invoking(() => host.Services.GetRequiredService<IOptionsMonitor<TokenBucketOptions>>().Get("test"))
            .Should().Throw<OptionsValidationException>().WithMessage("Client 'test': TokenBucket was part of AddStandardPolicies when the client was made; it cannot be taken away while the program runs.");
        host.Inside.ToString().Should().Contain("TokenBucket (9 a second)");
    }

    private static void AddAll(StandardPoliciesOptions standard)
        => (standard.TokenBucket, standard.ProblemDetails, standard.IdempotencyKey) = (new() { PermitsPerSecond = 9 }, new(), new());
}
