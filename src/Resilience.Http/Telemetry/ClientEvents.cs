using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>The events of all clients of a container, handed to every observer as they happen. Safe for concurrent use.</summary>
/// <param name="logger">Hears of observers that fail at the end, where there may be no client; does not throw.</param>
internal sealed class ClientEvents(ILogger logger) : IObservable<ClientEvent>, IDisposable
{
    private readonly Lock _lock = new();
    private Subscription[] _subscriptions = [];
    private bool _hasEnded;

    /// <returns>Ends the subscription when it is disposed.</returns>
    public IDisposable Subscribe(IObserver<ClientEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, observer);
        lock (_lock)
        {
            if (!_hasEnded)
                _subscriptions = [.. _subscriptions, subscription];
        }

        if (_hasEnded)
            Complete(observer);
        return subscription;
    }

    public void Publish(ClientEvent happened, ClientSignals signals)
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
            signals.Guard(subscription.Observer.OnNext, happened);
    }

    public void Dispose()
    {
        Subscription[] last;
        lock (_lock)
            (last, _subscriptions, _hasEnded) = (_subscriptions, [], true);
        foreach (var subscription in last)
            Complete(subscription.Observer);
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

    private void Remove(Subscription subscription)
    {
        lock (_lock)
            _subscriptions = Array.FindAll(_subscriptions, other => other != subscription);
    }

    private sealed class Subscription(ClientEvents events, IObserver<ClientEvent> observer) : IDisposable
    {
        public IObserver<ClientEvent> Observer => observer;

        public void Dispose() => events.Remove(this);
    }
}
