using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Resilience.Http;

/// <summary>
/// Whether kept calls are being made. Degraded while a client has dead letters, or a call that has been waiting for longer than <see cref="OutboxOptions.OverdueAfter"/>; what the registration chose for a failure, unhealthy
/// by default, if the store cannot be read. Calls of clients that are not registered in this program count as well, with the default of that option. It is a service of every program with an outbox: <c>services.AddHealthChecks().AddCheck&lt;OutboxHealthCheck&gt;("outbox")</c>. Safe for concurrent use.
/// </summary>
public sealed class OutboxHealthCheck : IHealthCheck
{
    private static readonly TimeSpan OverdueAfter = new OutboxOptions().OverdueAfter;

    private readonly IOutboxStore _store;
    private readonly OutboxClients _clients;
    private readonly TimeProvider _time;

    internal OutboxHealthCheck(IOutboxStore store, OutboxClients clients, TimeProvider? time) => (_store, _clients, _time) = (store, clients, time ?? TimeProvider.System);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var counts = await _store.LookAsync((store, token) => store.CountAsync(token), _time, cancellationToken).ConfigureAwait(false);
            return Judge(counts, _store.Now);
        }
        catch (OutboxUnavailableException e)
        {
            return new(context.Registration.FailureStatus, e.Message, e);
        }
    }

    private HealthCheckResult Judge(IReadOnlyList<OutboxCount> counts, DateTimeOffset now)
    {
        OutboxClient[] known = [.. _clients.All];
        var data = known.ToDictionary(client => client.Name, object (client) => OutboxStatus.Of(client.Name, counts, now));
        // Those of a client that was renamed, or belongs to another program: nobody here makes them.
        var others = counts.Select(count => count.Client).Except(data.Keys).ToArray();
        string[] faults =
        [
            .. known.SelectMany(client => FaultsOf($"Client '{client.Name}'", (OutboxStatus)data[client.Name], client.Options.OverdueAfter)),
            .. others.SelectMany(other => FaultsOf($"Client '{LogText.OneLine(other)}', which is not registered here,", OutboxStatus.Of(other, counts, now), OverdueAfter)),
        ];
        return faults.Length > 0 ? HealthCheckResult.Degraded(string.Join("; ", faults), data: data) : HealthCheckResult.Healthy(data: data);
    }

    private static IEnumerable<string> FaultsOf(string client, OutboxStatus status, TimeSpan overdueAfter)
    {
        if (status.Dead > 0)
            yield return $"{client} has {status.Dead} dead letters";
        if (status.Age > overdueAfter)
            yield return $"{client} has a call that has been waiting for {status.Age:c}, which is longer than {overdueAfter:c}";
    }
}
