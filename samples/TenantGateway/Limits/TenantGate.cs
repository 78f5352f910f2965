using System.Net;

namespace TenantGateway;

/// <summary>
/// The limit of each tenant, over all gateways of one store. It is the quota of Resilience.Http.Quotas, whose requests go nowhere: leases, fairness, and what
/// happens while the store does not answer are the same as for outgoing ones.
/// </summary>
internal sealed class TenantGate : IDisposable
{
    public const string Client = "tenants";

    public static readonly TimeSpan LeaseTime = TimeSpan.FromMilliseconds(250);

    private static readonly Uri Nowhere = new("http://tenants.invalid/");

    private readonly HttpMessageInvoker _quota;
    private readonly QuotaLevels _levels;
    private readonly string _prefix;

    public TenantGate(IHttpMessageHandlerFactory handlers, QuotaLevels levels, GatewaySettings settings)
    {
        _quota = new(handlers.CreateHandler(Client), disposeHandler: false);
        (_levels, _prefix) = (levels, $"{settings.Quota}/");
    }

    public static void Register(IServiceCollection services, GatewaySettings settings)
        => services.AddResilientHttpClient(Client)
            .AddQuota(quota =>
            {
                quota.Name = settings.Quota;
                // For a tenant that a configuration has lost in mid-request; all others have a plan.
                quota.PermitsPerSecond = 1;
                // Who comes too fast is told so at once.
                quota.QueueLimit = 0;
                quota.MaxQueueTime = TimeSpan.Zero;
                // A lease is at least a part of the burst. So long, even a tenant that is far below its limit uses it up, and a change of plan still counts within a second.
                quota.LeaseTime = LeaseTime;
                // A tenant that comes seldom asks the store each time: better to wait than to guess.
                quota.StoreTimeout = TimeSpan.FromMilliseconds(100);
                quota.ExpectedInstances = settings.Instances;
                quota.ObeyServerLimits = false;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new Admitted());

    public async Task<Admission> AdmitAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Nowhere);
        request.SetPartition(tenant.Id);
        // Not thrown: rejections are what there is most of when it matters, and exceptions are dear.
        var asked = await _quota.SendAsync(request, cancellationToken).ContinueWith(static sent => sent, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (asked.Exception?.InnerException is RateLimitedException rejection)
            return new(false, 0, rejection.RetryAfter ?? TimeSpan.Zero);

        (await asked).Dispose();
        return new(true, _levels.Use(_prefix + tenant.Id), TimeSpan.Zero);
    }

    public void Dispose() => _quota.Dispose();

    private sealed class Admitted : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
    }
}
