using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// Paces the attempts of all instances: each takes a permit that the store has granted, waits for one, or ends in a <see cref="RateLimitedException"/>. Stands
/// inside retry, so that retries take permits too, and outside the attempt timeout, so that waiting does not count as the server's time.
/// </summary>
public sealed class QuotaHandler : PolicyHandler, IAttemptObserver, IKnownHandler
{
    private readonly ClientQuotas _quotas;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">How many attempts a second all instances may start, and how long others wait.</param>
    /// <param name="store">Where the instances share their permits.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">A value is invalid.</exception>
    public QuotaHandler(QuotaOptions options, IQuotaStore store, ClientContext? client = null)
        : this(QuotaPolicy.Instance.CreateContext(options, client), store)
    {
    }

    internal QuotaHandler(PolicyContext<QuotaOptions> context)
        : this(context, StoreOf(context))
    {
    }

    private QuotaHandler(PolicyContext<QuotaOptions> context, IQuotaStore store)
        : base(context.Client)
        => _quotas = context.State(() =>
        {
            var quotas = new ClientQuotas(context, store);
            context.Services?.GetService<QuotaReturns>()?.Add(quotas);
            return quotas;
        });

    /// <inheritdoc/>
    protected override bool ObeysDeadline => true;

    /// <summary>Gives the permits that are left back, for a handler that is used without a container.</summary>
    /// <returns>A task that ends when the store has been told or does not answer, after about five seconds at the latest.</returns>
    public Task ReturnPermitsAsync() => _quotas.ReturnAsync(isLast: false, CancellationToken.None);

    void IAttemptObserver.OnEnded(in AttemptResult result, object? state, long joinedAt) => _quotas.Observe(BucketOf(state!), (state as QuotaCost)?.Permits ?? 1, result);

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var now = attempt.ReachedAt;
        var bucket = _quotas.Of(attempt);
        var permits = _quotas.Options.CostOf is { } costOf ? Math.Max(costOf(request), 0) : 1;
        object state = permits == 1 ? bucket : new QuotaCost(bucket, permits);
        if (!_quotas.IsPaused(bucket, request.RequestUri, now) && bucket.TryTake(now, permits))
            return SendPermittedAsync(state, request, attempt, cancellationToken);

        var admission = _quotas.AdmitAsync(bucket, request.RequestUri, permits, attempt.Deadline, cancellationToken);
        return QuotaAdmission.RejectionIn(admission) is { } rejection
            ? Reject(RejectionBy(bucket, rejection))
            : SendAfterAsync(admission, state, request, attempt, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAfterAsync(
        Task<QuotaAdmission> waiting, object state, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var admission = await WaitForAsync(waiting, attempt).ConfigureAwait(false);
        if (!admission.IsGranted)
            throw RejectionBy(BucketOf(state), admission);

        _quotas.Telemetry.Waited(admission.Wait);
        return await SendPermittedAsync(state, request, attempt, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendPermittedAsync(object state, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        attempt.Join(this, state);
        return SendInnerAsync(request, attempt, cancellationToken);
    }

    // A client may be added while the program runs, when nothing can be registered any more.
    private static IQuotaStore StoreOf(PolicyContext<QuotaOptions> context) => context.Services?.GetService<IQuotaStore>() ?? throw new OptionsValidationException(
        context.Client.Name, typeof(QuotaOptions), [$"Client '{context.Client.Name}': Quota needs its store, which is registered by AddQuota, or by AddResiliencePolicy(QuotaPolicy.Instance)."]);

    private static QuotaBucket BucketOf(object state) => (state as QuotaCost)?.Bucket ?? (QuotaBucket)state;

    private RateLimitedException RejectionBy(QuotaBucket bucket, QuotaAdmission rejection)
    {
        var reason = rejection.Rejection.GetValueOrDefault();
        _quotas.Telemetry.Rejected(reason);
        return new(Client.Name, bucket.Partition, reason, rejection.Wait);
    }
}
