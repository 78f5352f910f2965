using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Resilience.Http.Outbox.Tests;

public sealed class HealthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_well_while_calls_wait_their_turn()
    {
        using var server = new PayServer(503);
        await using var host = Host(server);

        await host.KeepAsync();

        (await CheckAsync(host)).Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Healthy && ((OutboxStatus)entry.Data["pay"]).Waiting == 1);
    }

    [Fact]
    public async Task Is_degraded_by_a_call_that_has_waited_for_long()
    {
        using var server = new PayServer(503);
        await using var host = Host(server, outbox => outbox.OverdueAfter = TimeSpan.FromMinutes(10));
        await host.KeepAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(11));

        (await CheckAsync(host)).Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Degraded && entry.Description!.Contains("waiting for 00:11:0"));
    }

    [Fact]
    public async Task Is_degraded_by_a_dead_letter()
    {
        using var server = new PayServer(503, 410);
        await using var host = Host(server);
        await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await CheckAsync(host)).Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Degraded && entry.Description == "Client 'pay' has 1 dead letters");
    }

    [Fact]
    public async Task Is_degraded_by_a_call_of_a_client_that_nobody_registers_any_more()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        await using var host = Host(server, file: folder.File);
        await host.Store.OpenAsync(Cancelled);
        await host.Store.AddAsync(new() { Id = "a", Client = "renamed\nnow", Key = "a", Destination = "here", Fingerprint = default, KeptAt = host.Store.Now, DueAt = host.Store.Now }, null, Cancelled);
        var before = await CheckAsync(host);

        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await host.DrainOnceAsync();
        await host.DrainOnceAsync();

        before.Status.Should().Be(HealthStatus.Healthy);
        (await CheckAsync(host)).Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Degraded && entry.Description!.Contains("Client 'renamed now', which is not registered here, has a call"));
        host.Log.Lines.Where(line => line.Id == 1012).Should().ContainSingle().Which.Text.Should().Contain("'renamed now'");
    }

    [Fact]
    public async Task Is_unhealthy_without_its_store()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File, "no database, but some bytes that nobody can read", Cancelled);
        using var server = new PayServer(503);
        await using var host = Host(server, file: folder.File);

        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Shows_what_waits_in_the_meter_and_the_registry()
    {
        using var server = new PayServer(503, 410, 503);
        await using var host = Host(server);
        using var gauges = new Gauges();
        await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));
        await host.KeepAsync(PayHost.Charge("second"));

        await host.DrainAfterAsync(TimeSpan.FromSeconds(10));

        var client = host.Services.GetRequiredService<ResilienceRegistry>()["pay"];
        client.ToString().Should().Be("pay: IdempotencyKey (Stripe) → Outbox (OnFailure) → Retry (0 times, 0.25 to 20 s, Full jitter)");
        client.Outbox.Should().Match<OutboxStatus>(status => status.Waiting == 1 && status.Dead == 1 && status.Age >= TimeSpan.FromSeconds(10));
        gauges.Read().Should().Contain([("resilience.http.outbox.waiting", 1), ("resilience.http.outbox.dead", 1)]).And.Contain(value => value.Name == "resilience.http.outbox.oldest");
    }

    private static PayHost Host(PayServer server, Action<OutboxOptions>? outbox = null, string? file = null)
        => new(server, outbox, file: file, services: services => services.AddHealthChecks().AddCheck<OutboxHealthCheck>("outbox"));

    private static async Task<HealthReportEntry> CheckAsync(PayHost host)
        => (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancelled)).Entries["outbox"];

    /// <summary>What all gauges say, those of tests beside this one as well.</summary>
    private sealed class Gauges : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, double Value)> _values = [];

        public Gauges()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.IsObservable && instrument.Name.StartsWith("resilience.http.outbox.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _values.Add((instrument.Name, value)));
            _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _values.Add((instrument.Name, value)));
            _listener.Start();
        }

        public List<(string Name, double Value)> Read()
        {
            _listener.RecordObservableInstruments();
            return _values;
        }

        public void Dispose() => _listener.Dispose();
    }
}
