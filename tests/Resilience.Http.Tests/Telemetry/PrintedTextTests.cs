using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>Everything that prints, found by reflection: what is added has to be listed, and to keep to the same rules.</summary>
public sealed class PrintedTextTests
{
    private const string Forged = PrintedScene.Forged;

    private static readonly Dictionary<Type, Func<object?>> Printing = new()
    {
        [typeof(AccessTokenException)] = () => new AccessTokenException("test", LogText.Server(new($"https://a:{PrintedScene.Secret}@b.example/")), new(System.Net.HttpStatusCode.BadRequest, Forged, PrintedScene.Secret)),
        [typeof(AttemptContext)] = () => default(AttemptContext),
        [typeof(AttemptResult)] = () => new AttemptResult(new HttpRequestMessage(HttpMethod.Get, $"https://alice:{PrintedScene.Secret}@a.example/?key={PrintedScene.Secret}") { Headers = { { "Authorization", PrintedScene.Secret } } }, default),
        [typeof(AttemptTimeoutException)] = () => new AttemptTimeoutException("test", TimeSpan.FromSeconds(1)),
        [typeof(Circuit)] = () => CircuitOf(Forged),
        [typeof(CircuitOpenException)] = () => new CircuitOpenException("test", Forged, CircuitState.Open, null),
        [typeof(CircuitTransition)] = () => CircuitOf(Forged).History[^1],
        [typeof(Deadline)] = () => default(Deadline),
        [typeof(IdempotencyProfile)] = () => IdempotencyProfile.Stripe,
        [typeof(InvalidIdempotencyKeyException)] = () => new InvalidIdempotencyKeyException("test", "Idempotency-Key", IdempotencyKeyGrammar.FindFaultInHeader(Forged, IdempotencyKeyFormat.Raw)!),
        [typeof(OptionsChange)] = () => new OptionsChange(new(), "Retry", null),
        [typeof(Outcome)] = () => Outcome.FromResponse(Answers.With(429, $"Set-Cookie: {PrintedScene.Secret}")),
        [typeof(Policy)] = () => RetryPolicy.Instance,
        [typeof(PolicyInfo)] = () => new PolicyInfo("Retry", ""),
        [typeof(Problem)] = () => new Problem { Title = Forged, Type = $"https://a.example/{Forged}", Detail = PrintedScene.Secret },
        [typeof(ProblemDetailsException)] = () => new ProblemDetailsException("test", new(), request: null, new HttpRequestException(Forged)),
        [typeof(RateLimitedException)] = () => new RateLimitedException("test", Forged, RateLimitReason.QueueFull, null),
        [typeof(ResilienceRegistry)] = () => Registry(),
        [typeof(ResilientClientInfo)] = () => Registry()["test"],
        [typeof(RetryReport)] = () => new RetryReport(1, RetryStopReason.Final),
        [typeof(ServerAdvice)] = () => new ServerAdvice { Quota = Forged },
        [typeof(ServerPause)] = () => null,
        [typeof(TokenBucketLimitStatus)] = () => new TokenBucketLimitStatus(1, 1, 1),
        [typeof(TokenBucketPause)] = () => new TokenBucketPause(new(), Forged, PartitionKey.OfAuthority(new("https://a:b@c.example/")).ToString(), TimeSpan.FromSeconds(1)),
        [typeof(TotalTimeoutException)] = () => new TotalTimeoutException("test", TimeSpan.FromSeconds(1)),
    };

    [Fact]
    public void Is_listed_here()
    {
        var found = typeof(Outcome).Assembly.GetTypes().Where(type => type.IsVisible && (type.IsAssignableTo(typeof(Exception)) ? !type.IsAbstract : HasToString(type)));

        Printing.Keys.Select(type => type.Name).Order(StringComparer.Ordinal).Should().Equal(found.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Prints_no_secret_and_no_line_of_another()
    {
        foreach (var (type, make) in Printing)
            Check(make() switch { null => "", Exception e => e.Message, var it => $"{it}" }, type.Name);
    }

    [Fact]
    public async Task Every_log_line_measurement_span_and_message_of_a_call_is_harmless()
    {
        using var scene = new PrintedScene();

        await scene.PlayAsync();

        scene.Events.Order().Should().Equal(LogEvents().Order());
        foreach (var line in scene.All)
            Check(line, line);
    }

    private static void Check(string printed, string because)
    {
        printed.Should().NotContainAny(PrintedScene.Secret, "alice", "admin");
        printed.Should().NotContainAny("\r", "\u001b", "\u202e", "\u2028");
        if (because is not nameof(ResilienceRegistry))
            printed.Should().NotContain("\n", because);
    }

    private static IEnumerable<int> LogEvents() => typeof(Outcome).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
        .OfType<LoggerMessageAttribute>()
        .Select(message => message.EventId);

    private static bool HasToString(Type type) => !type.IsEnum && type.GetMethod("ToString", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly, []) is not null;

    private static ResilienceRegistry Registry()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("test", client => client.BaseAddress = new("https://a.example/")).AddStandardPolicies().AddClientCredentials(options
            => (options.TokenEndpoint, options.ClientId, options.ClientSecret) = (new($"https://admin:{PrintedScene.Secret}@login.example/"), "id", PrintedScene.Secret));
        return services.BuildServiceProvider().GetRequiredService<ResilienceRegistry>();
    }

    private static Circuit CircuitOf(string partition)
    {
        var circuit = Registry()["test"].GetCircuit(partition);
        circuit.Isolate();
        return circuit;
    }
}
