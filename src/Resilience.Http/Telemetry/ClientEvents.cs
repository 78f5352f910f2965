namespace Resilience.Http;

/// <summary>The events of all clients of a container, handed to every observer as they happen. Safe for concurrent use.</summary>
internal sealed class ClientEvents : IObservable<ClientEvent>, IDisposable
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
            observer.OnCompleted();
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
            observer.OnCompleted();
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
