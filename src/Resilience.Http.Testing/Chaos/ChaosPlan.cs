using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Testing;

/// <summary>Which requests of a client get which fault. Outlives the handlers. Safe for concurrent use.</summary>
internal sealed class ChaosPlan(ClientContext client, IOptionsMonitor<ChaosOptions> options, ChaosOptionsValidator validated, IHostEnvironment? environment)
{
    private static readonly Fault InStorm = Fault.Status(503);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private ChaosOptions? _lastGood;
    private long _refusedAt;
    private (ChaosOptions? Of, (Fault Fault, double Rate)[] Each) _rates;
    private (long Since, TimeSpan Lasting) _storm;

    public TimeProvider Time => client.Time;

    public ChaosTelemetry Telemetry { get; } = new(client);

    /// <summary>Whether a request gets a fault. Takes the header off that says so.</summary>
    public bool TryChoose(HttpRequestMessage request, [NotNullWhen(true)] out Fault? fault)
    {
        fault = InForce() is var current && (current.Enabled ?? environment?.IsDevelopment() is true)
            ? Named(request, current.Header) ?? Drawn(current)
            : null;
        return fault is not null;
    }

    // A change that is invalid is no reason to fail calls: the last good options stay. It is looked at again in a second.
    private ChaosOptions InForce()
    {
        if (_lastGood is { } known && client.Time.GetElapsedTime(Volatile.Read(ref _refusedAt)) < Pause)
            return known;

        try
        {
            return options.Get(client.Name);
        }
        catch (Exception e) when (e is not OutOfMemoryException && validated.FindLastGood(client.Name) is not null)
        {
            Volatile.Write(ref _refusedAt, client.Time.GetTimestamp());
            Telemetry.Rejected(e);
            return _lastGood = validated.FindLastGood(client.Name)!;
        }
    }

    private Fault? Named(HttpRequestMessage request, string header)
    {
        if (header.Length == 0 || !request.Headers.NonValidated.TryGetValues(header, out var values))
            return null;

        var text = values.ToString();
        request.Headers.Remove(header);
        if (Fault.TryParse(text, out var fault))
            return Begin(fault);

        Telemetry.NotAFault(header);
        return null;
    }

    private Fault? Drawn(ChaosOptions current)
    {
        lock (_lock)
        {
            if (client.Time.GetElapsedTime(_storm.Since) < _storm.Lasting)
                return InStorm;
            if (_rates.Of != current)
                _rates = (current, [.. current.Faults.Select(rate => (Fault.Parse(rate.Key), rate.Value))]);

            var draw = _rates.Each.Length > 0 ? client.Draw() : 0;
            foreach (var (fault, rate) in _rates.Each)
            {
                if (draw < rate)
                    return Begin(fault);
                draw -= rate;
            }

            return null;
        }
    }

    private Fault Begin(Fault fault)
    {
        lock (_lock)
        {
            if (fault.Lasting > TimeSpan.Zero)
                _storm = (client.Time.GetTimestamp(), fault.Lasting);
            return fault;
        }
    }
}
