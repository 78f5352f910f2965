using Stripe;

namespace Resilience.Http.Sdk.Tests;

public sealed class StripeTests : SdkContract
{
    private protected override string Name => "Stripe.net";

    private protected override Reply Answer => Json("""{"id":"cus_1","object":"customer"}""");

    [Fact]
    public async Task Keeps_the_key_that_its_user_chose()
    {
        await using var host = Host(script => script.Answer(503).Then(Answer), standard => standard.IdempotencyKey = new());

        var failure = await FailureOfAsync(() => Customers(host).CreateAsync(new() { Name = "Ada" }, new() { IdempotencyKey = "customer-1" }, host.Cancelled));

        failure.Should().BeNull();
        host.Upstream.Attempts.Select(attempt => attempt.Header("Idempotency-Key")).Should().Equal("customer-1", "customer-1");
    }

    private protected override Task ReadAsync(SdkHost host) => Customers(host).GetAsync("cus_1", cancellationToken: host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => Customers(host).CreateAsync(new() { Name = "Ada" }, cancellationToken: host.Cancelled);

    private static CustomerService Customers(SdkHost host)
        => new(new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(host.Client, maxNetworkRetries: 0)));
}
