using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>The events of all clients of a container, handed to every observer as they happen. Safe for concurrent use.</summary>
/// <param name="logger">Hears of observers that fail at the end, where there may be no client; does not throw.</param>
internal sealed class ClientEvents(ILogger logger) : IObservable<ClientEvent>, IDisposable
{
    private readonly Lock _lock = new();
    private IObserver<ClientEvent>[] _observers = [];
    private bool _hasEnded;

    /// <returns>Ends the subscription when it is disposed.</returns>
    public IDisposable Subscribe(IObserver<ClientEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_lock)
        {
            if (!_hasEnded)
                _observers = [.. _observers, observer];
        }

        if (_hasEnded)
            Complete(observer);
        return new Subscription(this, observer);
    }

    public void Publish(ClientEvent happened, ClientSignals signals)
    {
        foreach (var observer in Volatile.Read(ref _observers))
            signals.Guard(observer.OnNext, happened);
    }

    public void Dispose()
    {
        IObserver<ClientEvent>[] last;
        lock (_lock)
            (last, _observers, _hasEnded) = (_observers, [], true);
        foreach (var observer in last)
            Complete(observer);
    }

    // What one throws must not keep the end from the others, nor the container from disposing what else it has.
    private void Complete(IObserver<ClientEvent> observer)
    {
        try
        {
            observer.OnCompleted();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            ClientSignals.CallbackFailed(logger, "*", nameof(observer.OnCompleted), e);
        }
    }

    private void Remove(IObserver<ClientEvent> observer)
    {
        lock (_lock)
            _observers = Array.FindAll(_observers, other => other != observer);
    }

    private sealed class Subscription(ClientEvents events, IObserver<ClientEvent> observer) : IDisposable
    {
        public void Dispose() => events.Remove(observer);
    }
}
