using Microsoft.Extensions.Logging;
using Resilience.Http.Tests;

namespace Resilience.Http.Outbox.Tests;

public sealed class PrintedTextTests
{
    private const string Forged = PrintedTypes.Forged;

    /// <summary>As whoever can write the store may have made it.</summary>
    private static readonly OutboxRow Row = new()
    {
        Id = Forged,
        Client = "pay",
        Key = PrintedTypes.Secret,
        SentKey = PrintedTypes.Secret,
        OrderingKey = PrintedTypes.Secret,
        Destination = Forged,
        Fingerprint = default,
        KeptAt = default,
        Reason = Forged,
    };

    [Fact]
    public async Task Is_listed_here_and_prints_no_secret_and_no_line_of_another()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server);
        var request = PayHost.Charge(PrintedTypes.Secret);
        request.SetPartition(Forged);
        var receipt = await host.KeepAsync(request);
        var kept = (await host.FindAsync(receipt)).Row;

        PrintedTypes.Check(typeof(OutboxRow).Assembly, new Dictionary<Type, Func<object?>>
        {
            [typeof(OutboxAnswer)] = static () => new OutboxAnswer(200, Forged, default),
            [typeof(OutboxCall)] = () => new OutboxCall(kept, EntryContent.FromBytes(kept.Payload)),
            [typeof(OutboxClaim)] = () => new OutboxClaim("pay", kept.Destination, 1, TimeSpan.FromSeconds(1), IsOrderBlocked: false),
            [typeof(OutboxCount)] = static () => new OutboxCount("pay", OutboxState.Waiting, 1, default),
            [typeof(OutboxDestination)] = () => new OutboxDestination("pay", kept.Destination),
            [typeof(OutboxEnded)] = static () => new OutboxEnded("pay", OutboxState.Done, default),
            [typeof(OutboxEntry)] = static () => new OutboxEntry(Row),
            [typeof(OutboxFilter)] = static () => new OutboxFilter { Client = "pay" },
            [typeof(OutboxKeptException)] = static () => new OutboxKeptException("pay", Row, "503", inner: null),
            [typeof(OutboxKeyReusedException)] = static () => new OutboxKeyReusedException("pay"),
            [typeof(OutboxReceipt)] = static () => new OutboxReceipt(Forged),
            [typeof(OutboxRow)] = static () => Row,
            [typeof(OutboxStatus)] = static () => new OutboxStatus(1, 1, TimeSpan.FromSeconds(1)),
            [typeof(OutboxUnavailableException)] = static () => new OutboxUnavailableException(Forged),
        });
    }

    [Fact]
    public void Every_log_line_is_harmless()
    {
        using var log = new LogRecorder();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        var telemetry = new OutboxTelemetry(new() { LoggerFactory = loggers });
        var failure = new InvalidDataException(Forged);

        telemetry.Kept("503");
        telemetry.NotKept(failure);
        telemetry.Ended(Row);
        telemetry.Overtaken(Row);
        telemetry.NotNoted(Row, failure);
        telemetry.Undecodable(Row, failure);
        telemetry.ReconcilerFailed(Row, failure);
        telemetry.ObserverFailed(Row, failure);
        telemetry.RestoreFailed(Row, failure);
        telemetry.AnswerNotStored(Row, failure);
        telemetry.DrainFailed(failure);
        telemetry.NotRegistered(failure.Message);
        telemetry.NotStored(failure.Message);
        telemetry.NotLookedUp(failure);
        telemetry.JudgeFailed(failure);
        OutboxTelemetry.NotMade(loggers.CreateLogger("Resilience.Http"), "pay", failure);

        log.Events.Order().Should().Equal(PrintedTypes.LogEvents(typeof(OutboxRow).Assembly).Order());
        foreach (var line in log.Lines)
            PrintedTypes.CheckText(line, line);
    }
}
