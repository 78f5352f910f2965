using System.Diagnostics.Metrics;

namespace Resilience.Http;

/// <summary>Whether anybody measures the requests of the transport, which makes one instrument for each meter factory. It is looked at, and not listened to.</summary>
internal static class TransportMetrics
{
    private static readonly Lock Gate = new();
    private static readonly MeterListener Instruments = new() { InstrumentPublished = static (instrument, _) => Add(instrument) };

    // Weak, since a meter ends with its container.
    private static volatile WeakReference<Instrument>[] _durations = [];

    static TransportMetrics() => Instruments.Start();

    public static bool AreTaken
    {
        get
        {
            foreach (var known in _durations)
            {
                if (known.TryGetTarget(out var duration) && duration.Enabled)
                    return true;
            }

            return false;
        }
    }

    private static void Add(Instrument instrument)
    {
        if (instrument is not { Name: "http.client.request.duration", Meter.Name: "System.Net.Http" })
            return;

        lock (Gate)
            _durations = [.. _durations.Where(static known => known.TryGetTarget(out _)), new(instrument)];
    }
}
