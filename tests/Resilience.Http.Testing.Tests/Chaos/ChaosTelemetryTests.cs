using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Testing.Tests;

public sealed class ChaosTelemetryTests
{
    [Fact]
    public async Task Marks_every_fault_that_is_injected()
    {
        var (lines, counted) = (new LogLines(), new List<string>());
        using var span = new Activity("application").Start();
        await using var hosted = new Hosted(
            services => services.AddLogging(logging => logging.AddProvider(lines)).AddMetrics().AddScriptedUpstream("payments", new ScriptedUpstream(200)),
            client => client.AddAttemptTimeout().AddChaos(chaos => chaos.Inject(Fault.Status(418), 1).Enabled = true));
        using var listener = Listen(hosted.Services.GetRequiredService<IMeterFactory>(), counted);

        (await hosted.GetAsync("/secret")).Dispose();

        lines.All.Should().ContainSingle(line => line.StartsWith("1101", StringComparison.Ordinal))
            .Which.Should().Be("1101 Client 'payments': chaos injected Status 418 into a GET to api.payments.test.");
        counted.Should().Equal("resilience.http.chaos.faults 1 resilience.http.client=payments resilience.http.fault=Status");
        span.Events.Should().ContainSingle().Which.Tags.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create<string, object?>("resilience.http.fault", "Status 418"));
    }

    [Fact]
    public async Task A_listener_that_throws_is_no_fault_of_chaos()
    {
        await using var hosted = new Hosted(
            services => services.AddMetrics().AddScriptedUpstream("payments", new ScriptedUpstream(200)), client => client.AddAttemptTimeout().AddChaos(chaos => chaos.Inject(Fault.Status(418), 1).Enabled = true));
        using var listener = Listen(hosted.Services.GetRequiredService<IMeterFactory>(), []);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new NotSupportedException());

        using var response = await hosted.GetAsync("/");

        ((int)response.StatusCode).Should().Be(418);
    }

    private static MeterListener Listen(IMeterFactory meters, List<string> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("resilience.http.chaos", StringComparison.Ordinal) && ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        return listener;
    }
}
