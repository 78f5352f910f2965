using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A client that has a quota has its store, however late it got it.</summary>
public sealed class LateSectionTests
{
    [Fact]
    public async Task Paces_a_client_whose_section_comes_after_its_registration()
    {
        var settings = new ConfigurationManager();
        var services = new ServiceCollection();
        services.AddResiliencePolicy(QuotaPolicy.Instance).AddResilientHttpClient("shop", settings.GetSection("Shop"));
        settings.AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "25")]);
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop").Dispose();

        provider.GetServices<IHostedService>().Should().ContainSingle("permits go back when the program ends");
    }

    [Fact]
    public async Task Says_what_a_client_lacks_that_is_added_where_nobody_knows_the_policy()
    {
        await using var provider = new ServiceCollection().AddResilienceRegistry().Configure<QuotaOptions>("added", static quota => quota.PermitsPerSecond = 25).BuildServiceProvider();
        using var transport = new SocketsHttpHandler();
        using var added = provider.GetRequiredService<ResilienceRegistry>().Add("added", [], null, [QuotaPolicy.Instance]);

        FluentActions.Invoking(() => added.CreateHandler(transport)).Should().Throw<OptionsValidationException>()
            .WithMessage("Client 'added': Quota needs its store*AddResiliencePolicy*");
    }
}
