using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class RegistrationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Gives_the_standard_policies_to_a_client_that_names_none()
    {
        using var host = new TestHost();

        host.Inside.ToString().Should().StartWith("test: TotalTimeout (30 s) → Retry (3 times, 0.25 to 20 s, Full jitter)").And.EndWith("AttemptTimeout (10 s)");
    }

    [Fact]
    public void Gives_exactly_the_policies_that_were_named_in_their_order()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(retry => retry.MaxRetries = 1));

        host.Inside.ToString().Should().Be("test: IdempotencyKey (Idempotency-Key, Raw) → Retry (1 time, 0.25 to 20 s, Full jitter)");
    }

    [Fact]
    public void Lets_the_standard_set_be_changed_in_one_place()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey().AddStandardPolicies(standard => (standard.Retry.MaxRetries, standard.AttemptTimeout.Timeout) = (5, TimeSpan.FromSeconds(3))));

        host.Inside.ToString().Should().Contain("Retry (5 times").And.Contain("AttemptTimeout (3 s)");
    }

    [Fact]
    public async Task Makes_a_client_resilient_that_something_else_registered()
    {
        var upstream = new ScriptedUpstream(503, 200);
        var services = new ServiceCollection();
        services.AddHttpClient("legacy").ConfigurePrimaryHttpMessageHandler(() => upstream).AddResilience().AddRetry(retry => retry.BaseDelay = TimeSpan.Zero);
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("legacy").GetAsync("http://upstream.test/", Cancelled);

        response.IsSuccessStatusCode.Should().BeTrue();
    }

    [Fact]
    public async Task Makes_a_typed_client_resilient_and_leaves_the_timeout_it_set_itself()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient<TypedClient>().ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream(200));
        await using var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<TypedClient>();

        client.Http.Timeout.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Adding_resilience_twice_changes_nothing()
    {
        using var host = new TestHost(client => client.AddResilience().AddResilience());

        host.Inside.Policies.Should().HaveCount(StandardPolicies.Default.Count);
    }

    [Fact]
    public void Refuses_defaults_for_all_clients()
    {
        var adding = () => new ServiceCollection().ConfigureHttpClientDefaults(client => client.AddResilience());

        adding.Should().Throw<ArgumentException>().WithMessage("*ConfigureHttpClientDefaults*");
    }

    [Fact]
    public Task A_policy_twice_stops_the_host()
        => StartShouldFail(client => client.AddRetry().AddRetry(), "Client 'payments': AddRetry is registered 2 times*");

    [Fact]
    public Task A_policy_beside_the_standard_set_that_has_it_stops_the_host()
        => StartShouldFail(client => client.AddStandardPolicies().AddRetry(), "*AddRetry is registered 2 times*");

    [Fact]
    public Task A_key_inside_retry_stops_the_host()
        => StartShouldFail(client => client.AddRetry().AddIdempotencyKey(), "Client 'payments': AddRetry comes before AddIdempotencyKey, but IdempotencyKey must be outside Retry, because every attempt must carry the same key. Register AddIdempotencyKey before AddRetry. Where AddStandardPolicies adds Retry, register AddIdempotencyKey before it; where it adds IdempotencyKey, set Retry in its options, or name the policies one by one.*");

    [Fact]
    public Task An_attempt_timeout_outside_retry_stops_the_host()
        => StartShouldFail(client => client.AddAttemptTimeout().AddRetry(), "*AttemptTimeout comes before AddRetry*");

    [Fact]
    public Task A_limiter_of_ones_own_is_ordered_like_a_token_bucket()
        => StartShouldFail(client => client.AddRateLimiter(_ => null!).AddRetry(), "Client 'payments': AddRateLimiter comes before AddRetry, but Retry must be outside RateLimiter, because retries must be paced too. Register AddRetry before AddRateLimiter.*");

    [Fact]
    public Task A_value_out_of_bounds_stops_the_host_and_names_client_policy_setting_rule_and_value()
        => StartShouldFail(client => client.AddRetry(retry => retry.MaxRetries = -1), "Client 'payments': Retry.MaxRetries must be from 0 to 2147483647, but is -1.");

    [Fact]
    public Task Values_that_contradict_each_other_stop_the_host()
        => StartShouldFail(client => client.AddRetry(retry => retry.MaxDelay = TimeSpan.FromMilliseconds(1)), "Client 'payments': Retry.BaseDelay must not exceed MaxDelay, but is 00:00:00.2500000 and MaxDelay is 00:00:00.0010000.");

    [Fact]
    public Task A_bad_value_of_a_nested_setting_stops_the_host()
        => StartShouldFail(client => client.AddRetry(retry => retry.Budget!.Capacity = 0), "Client 'payments': Retry.Budget.Capacity must be from 1 to 1000000, but is 0.");

    [Fact]
    public void Bad_options_of_a_handler_made_by_hand_are_refused()
    {
        var making = () => new RetryHandler(new RetryOptions { MaxRetries = -1 });

        making.Should().Throw<OptionsValidationException>().WithMessage("RetryOptions.MaxRetries must be from 0 to 2147483647, but is -1.");
    }

    private static async Task StartShouldFail(Action<IResilientHttpClientBuilder> policies, string message)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        policies(builder.Services.AddResilientHttpClient("payments"));
        using var host = builder.Build();

        var starting = () => host.StartAsync(Cancelled);

        await starting.Should().ThrowAsync<OptionsValidationException>().WithMessage(message);
    }

    public sealed class TypedClient
    {
        public TypedClient(HttpClient http)
        {
            Http = http;
            Http.Timeout = TimeSpan.FromSeconds(3);
        }

        public HttpClient Http { get; }
    }
}
