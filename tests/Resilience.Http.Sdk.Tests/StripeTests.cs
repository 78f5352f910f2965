using Stripe;

namespace Resilience.Http.Sdk.Tests;

public sealed class StripeTests : SdkContract
{
    private protected override string Name => "Stripe.net";

    private protected override Reply Answer => Json("""{"id":"cus_1","object":"customer"}""");

    private protected override Task ReadAsync(SdkHost host) => Customers(host).GetAsync("cus_1", cancellationToken: host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => Customers(host).CreateAsync(new() { Name = "Ada" }, cancellationToken: host.Cancelled);

    private static CustomerService Customers(SdkHost host)
        => new(new StripeClient("sk_test_1", httpClient: new SystemNetHttpClient(host.Client, maxNetworkRetries: 0)));
}
