using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Resilience.Http.Tests;

/// <summary>What one client and the transport below it measure, as lines: instrument, value, unit, tags.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _all = new();

    public Measurements(ResilientClientInfo client, string meter = "Resilience.Http")
        : this(client.Client.Context, meter)
    {
    }

    public Measurements(ClientContext client, string meter = "Resilience.Http")
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter && ReferenceEquals(instrument.Meter.Scope, client.Meter.Scope))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyCollection<string> All => _all;

    public IEnumerable<string> Of(string instrument) => _all.Where(line => line.StartsWith($"{instrument} ", StringComparison.Ordinal));

    public void Dispose() => _listener.Dispose();

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _all.Enqueue(FormattableString.Invariant($"{instrument.Name} {value} {instrument.Unit} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
}
