using WireMock.ResponseBuilders;

namespace TenantGateway.Tests;

/// <summary>A gateway with one tenant, before an upstream that tells about its own limits.</summary>
public abstract class GatewayTests : IAsyncLifetime
{
    protected GatewayUnderTest Gateway { get; private set; } = null!;

    protected string Key { get; private set; } = string.Empty;

    protected IReadOnlyList<IDictionary<string, WireMock.Types.WireMockList<string>>> Sent => [.. Gateway.Upstream.LogEntries.Select(entry => entry.RequestMessage!.Headers!)];

    public async ValueTask InitializeAsync()
    {
        // The clock of the store stands still, so that no bucket refills.
        Gateway = await GatewayUnderTest.StartAsync(store: new InMemoryQuotaStore(new VirtualClock()));
        Key = await Gateway.AddAsync("acme", "Free");
        Gateway.Upstream.Given(WireMock.RequestBuilders.Request.Create()).RespondWith(Response.Create().WithBody("fine")
            .WithHeader("RateLimit", "\"account\";r=1234;t=30").WithHeader("X-RateLimit-Remaining", "1234").WithHeader("x-ratelimit-remaining-tokens", "5").WithHeader("Retry-After", "77"));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
