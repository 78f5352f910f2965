using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

/// <summary>A stub for a client that nobody has would leave the real server in its place.</summary>
public sealed class RegisteredClientTests
{
    [Fact]
    public void A_stub_comes_after_the_registrations_of_production()
    {
        var tooEarly = () => new ServiceCollection().AddScriptedUpstream("payments", script => script.Answer(200));

        tooEarly.Should().Throw<ArgumentException>().WithMessage("No client named 'payments' is registered yet*");
    }

    [Theory]
    [InlineData("payment")]
    [InlineData("paymentss")]
    [InlineData("Payments")]
    [InlineData("paiments")]
    [InlineData("ayments")]
    public void A_misspelt_name_is_rejected(string name)
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");

        var misspelt = () => services.AddScriptedUpstream(name, script => script.Answer(200));

        misspelt.Should().Throw<ArgumentException>().WithMessage($"No client named '{name}' is set up, but 'payments' is*");
    }

    [Fact]
    public void A_misspelt_type_is_rejected()
    {
        var services = new ServiceCollection();
        services.AddHttpClient<PaymentsClient>();

        var misspelt = () => services.AddScriptedUpstream("PaymentClient", script => script.Answer(200));

        misspelt.Should().Throw<ArgumentException>().WithMessage("*'PaymentsClient' is*");
    }

    [Theory]
    [InlineData("payments", "payment")]
    [InlineData("orders", "carts")]
    [InlineData("orders", "ord")]
    [InlineData("", "x")]
    [InlineData("cat", "car")]
    public void Names_of_other_clients_do_not_matter(string other, string name)
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient(other);
        if (other == "payments")
            services.AddHttpClient(name, http => http.Timeout = TimeSpan.FromSeconds(9));

        var replacing = () => services.AddScriptedUpstream(name, script => script.Answer(200));

        replacing.Should().NotThrow();
    }
}
