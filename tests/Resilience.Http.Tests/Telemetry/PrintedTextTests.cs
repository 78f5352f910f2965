using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Everything that prints, found by reflection: what is added has to be listed, and to keep to the same rules.</summary>
public sealed class PrintedTextTests
{
    private const string Forged = PrintedTypes.Forged;

    private static readonly Dictionary<Type, Func<object?>> Printing = new()
    {
        [typeof(AccessTokenException)] = () => new AccessTokenException("test", LogText.Server(new($"https://a:{PrintedTypes.Secret}@b.example/")), new(System.Net.HttpStatusCode.BadRequest, Forged, PrintedTypes.Secret)),
        [typeof(AttemptContext)] = () => default(AttemptContext),
        [typeof(AttemptResult)] = () => new AttemptResult(new HttpRequestMessage(HttpMethod.Get, $"https://alice:{PrintedTypes.Secret}@a.example/?key={PrintedTypes.Secret}") { Headers = { { "Authorization", PrintedTypes.Secret } } }, default),
        [typeof(AttemptTimeoutException)] = () => new AttemptTimeoutException("test", TimeSpan.FromSeconds(1)),
        [typeof(Circuit)] = () => CircuitOf(Forged),
        [typeof(CircuitOpenException)] = () => new CircuitOpenException("test", Forged, CircuitState.Open, null),
        [typeof(CircuitTransition)] = () => CircuitOf(Forged).History[^1],
        [typeof(Deadline)] = () => default(Deadline),
        [typeof(IdempotencyProfile)] = () => IdempotencyProfile.Stripe,
        [typeof(InvalidIdempotencyKeyException)] = () => new InvalidIdempotencyKeyException("test", "Idempotency-Key", IdempotencyKeyGrammar.FindFaultInHeader(Forged, IdempotencyKeyFormat.Raw)!),
        [typeof(OptionsChange)] = () => new OptionsChange(new(), "Retry", null),
        [typeof(Outcome)] = () => Outcome.FromResponse(Answers.With(429, $"Set-Cookie: {PrintedTypes.Secret}")),
        [typeof(PartitionAdvice)] = () => new PartitionAdvice(PartitionKey.Named(Forged).ToString(), new ServerAdvice { Quota = Forged }, DateTimeOffset.UnixEpoch),
        [typeof(Policy)] = () => RetryPolicy.Instance,
        [typeof(PolicyInfo)] = () => new PolicyInfo("Retry", ""),
        [typeof(Problem)] = () => new Problem { Title = Forged, Type = $"https://a.example/{Forged}", Detail = PrintedTypes.Secret },
        [typeof(ProblemDetailsException)] = () => new ProblemDetailsException("test", new(), request: null, new HttpRequestException(Forged)),
        [typeof(RateLimitedException)] = () => new RateLimitedException("test", Forged, RateLimitReason.QueueFull, null),
        [typeof(ResilienceRegistry)] = () => Registry(),
        [typeof(ResilientClientInfo)] = () => Registry()["test"],
        [typeof(RetryBudgetStatus)] = () => new RetryBudgetStatus(PartitionKey.Named(Forged).ToString(), 1),
        [typeof(RetryReport)] = () => new RetryReport(1, RetryStopReason.Final),
        [typeof(ServerAdvice)] = () => new ServerAdvice { Quota = Forged },
        [typeof(ServerPause)] = () => null,
        [typeof(TokenBucketLimitStatus)] = () => new TokenBucketLimitStatus(1, 1, 1),
        [typeof(TokenBucketPause)] = () => new TokenBucketPause(new(), Forged, PartitionKey.OfAuthority(new("https://a:b@c.example/")).ToString(), TimeSpan.FromSeconds(1)),
        [typeof(TokenBucketStatus)] = () => new TokenBucketStatus(PartitionKey.Named(Forged).ToString(), 1, 0, []),
        [typeof(TotalTimeoutException)] = () => new TotalTimeoutException("test", TimeSpan.FromSeconds(1)),
    };

    [Fact]
    public void Is_listed_here_and_prints_no_secret_and_no_line_of_another() => PrintedTypes.Check(typeof(Outcome).Assembly, Printing, typeof(ResilienceRegistry));

    [Fact]
    public async Task Every_log_line_measurement_span_and_message_of_a_call_is_harmless()
    {
        using var scene = new PrintedScene();

        await scene.PlayAsync();

        scene.Events.Order().Should().Equal(PrintedTypes.LogEvents(typeof(Outcome).Assembly).Order());
        foreach (var line in scene.All)
            PrintedTypes.CheckText(line, line);
    }

    private static ResilienceRegistry Registry()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("test", client => client.BaseAddress = new("https://a.example/")).AddStandardPolicies().AddClientCredentials(options
            => (options.TokenEndpoint, options.ClientId, options.ClientSecret) = (new($"https://admin:{PrintedTypes.Secret}@login.example/"), "id", PrintedTypes.Secret));
        return services.BuildServiceProvider().GetRequiredService<ResilienceRegistry>();
    }

    private static Circuit CircuitOf(string partition)
    {
        var circuit = Registry()["test"].GetCircuit(partition);
        circuit.Isolate();
        return circuit;
    }
}
