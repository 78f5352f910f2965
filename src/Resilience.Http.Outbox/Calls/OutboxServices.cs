using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>Who is asked and told about the calls of one client. Made when they are needed, which may fail: a service of theirs cannot be reached, or is scoped.</summary>
internal sealed class OutboxServices(IServiceProvider services, string client)
{
    public IOutboxReconciler? Reconciler => services.GetKeyedService<IOutboxReconciler>(client) ?? services.GetService<IOutboxReconciler>();

    public IReadOnlyList<IOutboxObserver> Observers => [.. services.GetKeyedServices<IOutboxObserver>(client), .. services.GetServices<IOutboxObserver>()];

    /// <summary>Whether there is one. One that cannot be made now is asked later.</summary>
    public bool HasReconciler => IsThere(() => Reconciler is not null);

    /// <summary>Whether there is any. Those that cannot be made now are told later.</summary>
    public bool HasObservers => IsThere(() => Observers.Count > 0);

    private static bool IsThere(Func<bool> find)
    {
        try
        {
            return find();
        }
        // Whoever needs it says so; what a call came to is noted all the same.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return true;
        }
    }
}
