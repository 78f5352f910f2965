using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Clients that come and go while the program runs, as clusters of a proxy do.</summary>
public sealed class AddedClientsTests
{
    [Fact]
    public async Task Are_gone_with_their_quotas_once_they_are_disposed()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("c:Quota:PermitsPerSecond", "10")]).Build();
        var services = new ServiceCollection();
        services.AddResilientHttpClient("shop").AddQuota(quota => quota.PermitsPerSecond = 10);
        services.AddSingleton<IQuotaStore>(new InMemoryQuotaStore()).AddResilienceRegistry().AddResiliencePolicy(QuotaPolicy.Instance);
        await using var provider = services.BuildServiceProvider();

        var quotas = AddAndRemove(provider.GetRequiredService<ResilienceRegistry>(), configuration.GetSection("c"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        quotas.IsAlive.Should().BeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAndRemove(ResilienceRegistry clients, IConfigurationSection section)
    {
        using var added = clients.Add("c", [section], null, [QuotaPolicy.Instance]);
        using var invoker = new HttpMessageInvoker(added.CreateHandler(new ScriptedUpstream(200)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://shop.example/");
        Task.Run(() => invoker.Send(request, CancellationToken.None)).GetAwaiter().GetResult().Dispose();
        return new(added.Info.Find<QuotaOptions, ClientQuotas>(QuotaPolicy.Instance)!);
    }
}
