using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Resilience.Http;

/// <summary>
/// Whether kept calls are being made. Degraded while a client has dead letters, or a call that has been waiting for longer than <see cref="OutboxOptions.OverdueAfter"/>; what the registration chose for a failure, unhealthy
/// by default, if the store cannot be read. It is a service of every program with an outbox: <c>services.AddHealthChecks().AddCheck&lt;OutboxHealthCheck&gt;("outbox")</c>. Safe for concurrent use.
/// </summary>
public sealed class OutboxHealthCheck : IHealthCheck
{
    private readonly IOutboxStore _store;
    private readonly OutboxClients _clients;

    internal OutboxHealthCheck(IOutboxStore store, OutboxClients clients) => (_store, _clients) = (store, clients);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var counts = await _store.CountAsync(cancellationToken).ConfigureAwait(false);
            return Judge([.. _clients.All.Select(client => (client, OutboxStatus.Of(client.Name, counts, _store.Now)))]);
        }
        catch (OutboxUnavailableException e)
        {
            return new(context.Registration.FailureStatus, e.Message, e);
        }
    }

    private static HealthCheckResult Judge((OutboxClient Client, OutboxStatus Status)[] found)
    {
        var data = found.ToDictionary(one => one.Client.Name, object (one) => one.Status);
        string[] faults = [.. found.SelectMany(one => FaultsOf(one.Client, one.Status))];
        return faults.Length > 0 ? HealthCheckResult.Degraded(string.Join("; ", faults), data: data) : HealthCheckResult.Healthy(data: data);
    }

    private static IEnumerable<string> FaultsOf(OutboxClient client, OutboxStatus status)
    {
        if (status.Dead > 0)
            yield return $"Client '{client.Name}' has {status.Dead} dead letters";
        if (status.Age > client.Options.OverdueAfter)
            yield return $"Client '{client.Name}' has a call that has been waiting for {status.Age:c}, which is longer than {client.Options.OverdueAfter:c}";
    }
}
