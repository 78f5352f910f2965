using System.Diagnostics.Metrics;
using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>Who only listens to the meter must not be what a call fails by, nor cost it its permit.</summary>
public sealed class FailingListenerTests : IAsyncDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly Instance _shop;

    public FailingListenerTests() => _shop = new(_clock, new InMemoryQuotaStore(_clock), quota => (quota.PermitsPerSecond, quota.Burst, quota.QueueLimit) = (1, 1, 1));

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("resilience.http.quota.round_trips")]
    [InlineData("resilience.http.quota.wait.duration")]
    [InlineData("resilience.http.quota.rejections")]
    public async Task Changes_nothing(string instrument)
    {
        using var listener = ListenTo(instrument);

        var (served, waiting) = (await _shop.GetAsync(), _shop.GetAsync());
        var rejected = () => _shop.GetAsync();

        await rejected.Should().ThrowAsync<RateLimitedException>();
        await _clock.AdvanceUntilAsync(waiting);
        (served.StatusCode, (await waiting).StatusCode, _shop.Info.Quotas.Single().IsFallback).Should().Be((HttpStatusCode.OK, HttpStatusCode.OK, false));
    }

    private MeterListener ListenTo(string name)
    {
        var meters = _shop.Service<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new NotSupportedException());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new NotSupportedException());
        listener.Start();
        return listener;
    }
}
