using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Configuration;

namespace Resilience.Http.Yarp.Tests.Clusters;

/// <summary>Configuration that changes while requests come.</summary>
public sealed class ReloadTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task A_request_and_a_change_may_look_at_new_policies_at_the_same_time()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([]).Build();
        using ManualResetEventSlim isChecking = new(), goOn = new();
        var holds = false;
        var settings = new GatewaySettings
        {
            Section = configuration.GetSection("Resilience"),
            Configure = _ =>
            {
                if (!Volatile.Read(ref holds) || isChecking.IsSet)
                    return;

                isChecking.Set();
                goOn.Wait(TestContext.Current.CancellationToken);
            },
        };
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(settings, backend);

        configuration["Resilience:c:TokenBucket:PermitsPerSecond"] = "5";
        Volatile.Write(ref holds, true);
        var change = Task.Run(() => gateway.Change(settings.With(("Retry.MaxRetries", "1")), backend), TestContext.Current.CancellationToken);
        isChecking.Wait(TestContext.Current.CancellationToken);
        configuration.Reload();
        var request = gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        goOn.Set();
        await change;

        (await request).StatusCode.Should().Be(HttpStatusCode.OK);
        gateway.Cluster.ToString().Should().Contain("Retry (1 time");
    }

    [Fact]
    public async Task A_policy_that_is_named_while_it_runs_counts_and_is_no_fault_of_the_ones_before()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Resilience:c:Retry:MaxRetries", "0")]).Build();
        var rejected = new List<OptionsChange>();
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Section = configuration.GetSection("Resilience") }, backend);
        using var first = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        using var changes = gateway.Services.GetRequiredService<ResilienceRegistry>().Changes.Subscribe(new Rejections(rejected));

        (configuration["Resilience:*:TokenBucket:PermitsPerSecond"], configuration["Resilience:c:TokenBucket:Burst"]) = ("0.001", "1");
        (configuration["Resilience:c:TokenBucket:QueueLimit"], configuration["Resilience:c:Retry:MaxRetries"]) = ("0", "1");
        configuration.Reload();
        using var second = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        using var third = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (second.StatusCode, third.StatusCode).Should().Be((HttpStatusCode.OK, HttpStatusCode.TooManyRequests));
        rejected.Should().BeEmpty();
    }

    [Fact]
    public async Task Policies_that_are_invalid_when_they_are_turned_on_stay_off()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Resilience:c", "off")]).Build();
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Section = configuration.GetSection("Resilience") }, backend);

        (configuration["Resilience:c"], configuration["Resilience:c:Retry:MaxRetries"]) = (null, "-1");
        configuration.Reload();
        using var response = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        gateway.Services.GetRequiredService<ResilienceRegistry>().All.Should().BeEmpty();
    }

    [Fact]
    public async Task A_request_whose_cluster_has_just_been_removed_leaves_no_policies_behind()
    {
        await using var backend = await Backend.AnsweringAsync(200);
        await using var gateway = await Gateway.StartAsync(backend);
        var state = gateway.State;
        gateway.Services.GetRequiredService<InMemoryConfigProvider>().Update([], []);
        using var cluster = new ProxyCluster(state, gateway.Services.GetRequiredService<ClusterPoliciesFactory>(), NullLoggerFactory.Instance);

        cluster.Dispose();

        cluster.Policies.Should().BeNull();
        gateway.Services.GetRequiredService<ResilienceRegistry>().All.Should().BeEmpty();
    }

    private sealed class Rejections(List<OptionsChange> rejected) : IObserver<ClientEvent>
    {
        public void OnNext(ClientEvent value)
        {
            if (value is OptionsChange { Rejection: not null } change)
                rejected.Add(change);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
