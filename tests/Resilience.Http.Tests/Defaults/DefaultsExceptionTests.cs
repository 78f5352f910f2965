using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class DefaultsExceptionTests
{
    [Fact]
    public async Task A_client_without_resilience_is_left_alone()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults().AddHttpClient("plain").RemoveResilience(), 503);

        var status = await host.GetAsync("plain");

        (status, host.Upstream.Attempts.Count, host.Client("plain").Timeout).Should().Be((503, 1, TimeSpan.FromSeconds(100)));
        host.Registry.TryGet("plain", out _).Should().BeFalse();
    }

    [Fact]
    public async Task A_client_can_do_without_before_there_are_defaults()
    {
        using var host = new DefaultsHost(services => services.AddHttpClient("plain").RemoveResilience().Services.AddResilienceDefaults(), 503);

        await host.GetAsync("plain");

        host.Upstream.Attempts.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Policies_of_its_own_replace_the_defaults(bool before)
    {
        using var host = new DefaultsHost(services =>
        {
            if (before)
                services.AddResilienceDefaults(Unusual);
            services.AddResilientHttpClient("orders").AddRetry(retry => retry.MaxRetries = 2);
            if (!before)
                services.AddResilienceDefaults(Unusual);
        }, 503);

        await host.GetAsync("orders");

        host.Upstream.Attempts.Count.Should().Be(3);
        host.ChainOf("orders").Should().Be("orders: Retry (2 times, 0.25 to 20 s, Full jitter)");
    }

    [Fact]
    public void The_standard_set_of_a_client_has_nothing_of_the_defaults()
    {
        using var host = new DefaultsHost(services => services.AddResilienceDefaults(DefaultsHost.Configuration(("Defaults:Retry:MaxDelay", "00:00:09")).GetSection("Resilience:Defaults"), Unusual)
            .AddHttpClient("orders").AddResilience());

        host.ChainOf("orders").Should().StartWith("orders: TotalTimeout (30 s) → Retry (3 times, 0.25 to 20 s, Full jitter) → CircuitBreaker");
    }

    [Fact]
    public void Resilience_added_and_removed_is_a_fault()
    {
        using var host = new DefaultsHost(services => services.AddResilientHttpClient("orders").RemoveResilience());

        var making = () => host.Client("orders");

        making.Should().Throw<OptionsValidationException>().WithMessage("Client 'orders': RemoveResilience takes only the defaults away*");
    }

    [Fact]
    public void Exceptions_need_a_name()
    {
        var removing = () => new ServiceCollection().ConfigureHttpClientDefaults(client => client.RemoveResilience());

        removing.Should().Throw<ArgumentException>().WithMessage("RemoveResilience needs a named client*");
    }

    private static void Unusual(StandardPoliciesOptions standard)
    {
        standard.Retry.MaxRetries = 7;
        standard.ProblemDetails = new();
    }
}
