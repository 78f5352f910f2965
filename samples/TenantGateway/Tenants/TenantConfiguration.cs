namespace TenantGateway;

/// <summary>
/// The tenants as they are now. A configuration that cannot be read, is invalid or empty changes nothing: the last good one counts, up to its maximum age. It is
/// as old as the last time the source had it.
/// </summary>
internal sealed partial class TenantConfiguration(ITenantSource source, OpenRequests open, GatewaySettings settings, TimeProvider time, ILogger<TenantConfiguration> logger) : BackgroundService
{
    private Good? _good;
    private string? _complaint;

    /// <summary>The tenants; null if there has been no good configuration, or none for too long.</summary>
    public TenantDirectory? Current => Volatile.Read(ref _good) is { } good && time.GetElapsedTime(good.Seen) <= settings.MaxConfigurationAge ? good.Tenants : null;

    /// <summary>What is wrong with the source; null if nothing is.</summary>
    public string? Complaint => Volatile.Read(ref _complaint);

    /// <summary>The first configuration is read before the first request comes.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // As old as when it was asked for.
            var asked = time.GetTimestamp();
            var read = await source.ReadAsync(cancellationToken);
            var isNew = _good is null || !_good.Json.AsSpan().SequenceEqual(read);
            var tenants = isNew ? TenantDirectory.Parse(read) : _good!.Tenants;
            Volatile.Write(ref _good, new(read, tenants, asked));
            Volatile.Write(ref _complaint, null);
            if (!isNew)
                return;

            LogRead(logger, tenants.Count);
            open.Check(tenants);
        }
        // Whatever it is: the gateway goes on with what it has.
        catch (Exception e) when (e is not OutOfMemoryException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            if (Interlocked.Exchange(ref _complaint, e.Message) != e.Message)
                LogBad(logger, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(source.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ReadAsync(stoppingToken);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "A configuration of {Tenants} tenants counts from now on.")]
    private static partial void LogRead(ILogger logger, int tenants);

    [LoggerMessage(2, LogLevel.Warning, "The configuration of tenants is not read: {Reason} The last good one counts on, up to its maximum age.")]
    private static partial void LogBad(ILogger logger, string reason);

    private sealed record Good(byte[] Json, TenantDirectory Tenants, long Seen);
}
