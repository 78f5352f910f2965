namespace TenantGateway;

/// <summary>Sends what the tenants send: evenly, by turns to each gateway, and without ever waiting for an answer first.</summary>
internal sealed class Load(IReadOnlyList<Uri> gateways, TimeSpan duration) : IDisposable
{
    private const int WarmUpRequests = 40;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };

    public void Dispose() => _client.Dispose();

    public async Task RunAsync(DemoTenant tenant)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        List<Task> sent = [];
        while (TimeProvider.System.GetElapsedTime(started) is var elapsed && elapsed < duration && await timer.WaitForNextTickAsync())
        {
            while (sent.Count < tenant.PerSecond * elapsed.TotalSeconds)
                sent.Add(SendAsync(tenant, sent.Count));
        }

        await Task.WhenAll(sent);
    }

    /// <summary>Has every gateway compile what it needs; until it has, it is no measure of anything.</summary>
    public async Task WarmUpAsync(DemoTenant tenant)
    {
        for (var number = 0; number < WarmUpRequests * gateways.Count; number++)
            await SendAsync(tenant, number);
    }

    private async Task SendAsync(DemoTenant tenant, int number)
    {
        tenant.Tally.CountOffered();
        using var request = RequestOf(tenant, number);
        var sent = TimeProvider.System.GetTimestamp();
        try
        {
            using var answer = await _client.SendAsync(request);
            tenant.Tally.Count(answer, TimeProvider.System.GetElapsedTime(sent), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            tenant.Tally.CountFailed(e.GetType().Name);
        }
    }

    // One in ten is an order, with a key that every tenant uses too.
    private HttpRequestMessage RequestOf(DemoTenant tenant, int number)
    {
        var isOrder = number % 10 == 9;
        var request = new HttpRequestMessage(isOrder ? HttpMethod.Post : HttpMethod.Get, new Uri(gateways[number % gateways.Count], $"{(isOrder ? "orders" : "catalog")}/{tenant.Id}/{number}"));
        request.Headers.Add(ApiKey.Header, tenant.Plan is null ? ApiKey.Create() : tenant.Key);
        request.Headers.Add(MisbehavingUpstream.SentHeader, $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}");
        request.Headers.Add("X-Forwarded-For", MisbehavingUpstream.SpoofedAddress);
        request.Headers.Add(ClientHeaders.Tenant, "acme");
        if (isOrder)
            request.Headers.Add("Idempotency-Key", $"order-{number}");
        return request;
    }
}
