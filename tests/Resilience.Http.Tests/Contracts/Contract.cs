using System.Threading.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

/// <summary>A policy, made so strict that two POSTs which the upstream answers by 429 show that it acts, and what it keeps between them.</summary>
/// <param name="Policy">The policy as the builder knows it.</param>
/// <param name="Standalone">Makes a strict handler without a container.</param>
/// <param name="Register">Adds the strict policy to a client.</param>
/// <param name="RegisterDefaults">Adds the policy with nothing but what has no default.</param>
/// <param name="Follow">Has the options of the client "test" made anew when a configuration is reloaded.</param>
internal sealed record Contract(
    Policy Policy,
    Func<PolicyHandler> Standalone,
    Action<IResilientHttpClientBuilder> Register,
    Action<IResilientHttpClientBuilder> RegisterDefaults,
    Action<IServiceCollection, IConfiguration> Follow)
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        Of(TotalTimeoutPolicy.Instance, options => new TotalTimeoutHandler(options), (client, configure) => client.AddTotalTimeout(configure)),
        Of(ProblemDetailsPolicy.Instance, options => new ProblemDetailsHandler(options), (client, configure) => client.AddProblemDetails(configure)),
        Of(IdempotencyKeyPolicy.Instance, options => new IdempotencyKeyHandler(options), (client, configure) => client.AddIdempotencyKey(configure)),
        Of(RetryPolicy.Instance, options => new RetryHandler(options), (client, configure) => client.AddRetry(configure), OnceAndThenNeverAgain),
        Of(CircuitBreakerPolicy.Instance, options => new CircuitBreakerHandler(options), (client, configure) => client.AddCircuitBreaker(configure), breaker => breaker.ConsecutiveFailures = 1),
        Of(TokenBucketPolicy.Instance, options => new TokenBucketHandler(options), (client, configure) => client.AddTokenBucket(configure), OneAndThenNoMore, bucket => bucket.PermitsPerSecond = 1),
        Of(RateLimiterPolicy.Instance, _ => new RateLimiterHandler(OnePermit()), (client, _) => client.AddRateLimiter(OnePermit()), options => options.Create = _ => new(OnePermit())),
        Of(AttemptTimeoutPolicy.Instance, options => new AttemptTimeoutHandler(options), (client, configure) => client.AddAttemptTimeout(configure)),
        Of(ClientCredentialsPolicy.Instance, options => new ClientCredentialsHandler(options, TokenIssuer.Always()), AddTokens, TokensForAll, TokensForAll),
    ];

    public static Contract Named(string policy) => All.Single(contract => contract.Policy.Name == policy);

    /// <summary>A client with the strict policy: registered, or a handler that was made without a container.</summary>
    public TestHost Host(bool registered, HttpMessageHandler upstream) => registered ? new(Register, primary: upstream) : TestHost.Around(Standalone(), upstream);

    private static Contract Of<TOptions>(
        Policy<TOptions> policy,
        Func<TOptions, PolicyHandler> make,
        Action<IResilientHttpClientBuilder, Action<TOptions>?> add,
        Action<TOptions>? strict = null,
        Action<TOptions>? required = null)
        where TOptions : class, new()
        => new(policy, () => make(With(strict)), client => add(client, strict), client => add(client, required), (services, configuration) =>
            services.AddSingleton<IOptionsChangeTokenSource<TOptions>>(new ConfigurationChangeTokenSource<TOptions>("test", configuration)));

    private static TOptions With<TOptions>(Action<TOptions>? configure)
        where TOptions : new()
    {
        var options = new TOptions();
        configure?.Invoke(options);
        return options;
    }

    private static void OnceAndThenNeverAgain(RetryOptions retry)
        => (retry.MaxRetries, retry.BaseDelay, retry.Budget!.Capacity) = (1, TimeSpan.Zero, 1);

    private static void OneAndThenNoMore(TokenBucketOptions bucket)
        => (bucket.PermitsPerSecond, bucket.Burst, bucket.QueueLimit) = (0.001, 1, 0);

    private static void AddTokens(IResilientHttpClientBuilder client, Action<ClientCredentialsOptions>? configure)
        => client.AddClientCredentials(configure!).Services.AddHttpClient($"Resilience.Http.Token:{client.Name}").ConfigurePrimaryHttpMessageHandler(TokenIssuer.Always);

    private static void TokensForAll(ClientCredentialsOptions tokens)
    {
        (tokens.TokenEndpoint, tokens.ClientId, tokens.ClientSecret) = (new("https://login.test/token"), "id", "secret");
        tokens.AllowedOrigins.Add(new("http://upstream.test"));
    }

    private static TokenBucketRateLimiter OnePermit() => new(new()
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromDays(1),
        AutoReplenishment = false,
    });
}
