namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/Telemetry/README.md, compiled.</summary>
public static class TelemetryReadmeCode
{
    public static IDisposable Watch(ResilienceRegistry registry)
    {
        var subscription = registry.Changes.Subscribe(new CircuitWatch());
        return subscription;
    }

    public sealed class CircuitWatch : IObserver<ClientEvent>
    {
        public void OnNext(ClientEvent value)
        {
            if (value is CircuitTransition { To: CircuitState.Open } opened)
                Console.WriteLine($"{opened.Client}: {opened} for {opened.BreakDuration}");
        }

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
