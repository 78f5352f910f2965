extern alias PollyV7;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PollyV7::Polly;
using Policy = PollyV7::Polly.Policy;

namespace Migration.Tests;

public sealed class ForeignHandlerTests
{
    private const string Microsofts = "Microsoft.Extensions.Http.Resilience.ResilienceHandler";
    private const string Pollys = "Microsoft.Extensions.Http.PolicyHttpMessageHandler";

    private static readonly Dictionary<string, (Action<IHttpClientBuilder> Add, string Type)> Verbs = new()
    {
        ["AddStandardResilienceHandler"] = (client => client.AddStandardResilienceHandler(), Microsofts),
        ["AddStandardHedgingHandler"] = (client => client.AddStandardHedgingHandler(), Microsofts),
        ["AddResilienceHandler"] = (client => client.AddResilienceHandler("own", (pipeline, _) => pipeline.Name = "own"), Microsofts),
        ["AddPolicyHandler"] = (client => client.AddPolicyHandler(Policy.NoOpAsync<HttpResponseMessage>()), Pollys),
        ["AddTransientHttpErrorPolicy"] = (client => client.AddTransientHttpErrorPolicy(errors => errors.RetryAsync(3)), Pollys),
    };

    public static TheoryData<string> EveryVerb => [.. Verbs.Keys];

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public async Task Stop_the_host_beside_policies_of_a_client(string verb)
    {
        var (add, type) = Verbs[verb];

        var starting = () => StartAsync(services => add(services.AddResilientHttpClient("orders")));

        await starting.Should().ThrowAsync<OptionsValidationException>().WithMessage($"Client 'orders': its chain has a {type} beside the policies of this library, and two layers of retries multiply: 4 × 4 sends. Remove *{verb}*");
    }

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public async Task Stop_the_host_also_if_they_were_added_for_all_clients(string verb)
    {
        var starting = () => StartAsync(services => services.ConfigureHttpClientDefaults(client => Verbs[verb].Add(client)).AddResilientHttpClient("orders"));

        await starting.Should().ThrowAsync<OptionsValidationException>().WithMessage("Client 'orders': *");
    }

    [Fact]
    public void Are_rejected_without_a_host_too()
    {
        using var provider = new ServiceCollection().AddResilientHttpClient("orders").Configure(client => client.AddStandardResilienceHandler()).Services.BuildServiceProvider();

        var making = () => provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        making.Should().Throw<OptionsValidationException>().WithMessage($"*{Microsofts}*");
    }

    [Fact]
    public Task Do_not_count_if_something_took_them_away()
        => StartAsync(services => services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler())
            .AddResilientHttpClient("orders").ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Remove(handlers.Single(handler => handler.GetType().FullName == Microsofts))));

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public void Stay_where_only_defaults_come_and_the_log_says_so_once(string verb)
    {
        using var log = new LogRecorder();
        var services = new ServiceCollection();
        Verbs[verb].Add(services.AddLogging(logging => logging.AddProvider(log)).AddResilienceDefaults().AddHttpClient("orders"));
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").Dispose();
        provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").Dispose();

        log.Lines.Should().ContainSingle().Which.Should().StartWith($"Warning 500: Client 'orders' keeps its {Verbs[verb].Type} and gets none of the resilience defaults, because two layers of retries multiply: 4 × 4 sends; remove ").And.Contain(verb);
        provider.GetRequiredService<ResilienceRegistry>().All.Should().BeEmpty();
    }

    [Theory]
    [InlineData("AddStandardResilienceHandler", -1)]
    [InlineData("AddPolicyHandler", 100_000)]
    public void Keep_the_timeout_of_their_client(string verb, int milliseconds)
    {
        var services = new ServiceCollection();
        Verbs[verb].Add(services.AddResilienceDefaults().AddHttpClient("orders"));
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").Timeout.Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public async Task Do_not_keep_the_defaults_from_other_clients()
    {
        var services = new ServiceCollection();
        services.AddResilienceDefaults(standard => standard.Retry.BaseDelay = TimeSpan.Zero).AddHttpClient("orders").AddStandardResilienceHandler();
        services.AddHttpClient("carts", http => http.BaseAddress = new("http://carts.test/"));
        var upstream = services.AddScriptedUpstream("carts", script => script.Answer(503).Then(200));
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").Dispose();

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("carts").GetAsync("/", TestContext.Current.CancellationToken);

        upstream.Attempts.Should().HaveCount(2);
    }

    private static async Task StartAsync(Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        register(builder.Services);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
    }
}
