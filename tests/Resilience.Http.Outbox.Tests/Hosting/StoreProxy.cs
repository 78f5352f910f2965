using System.Reflection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A store that something happens around.</summary>
public class StoreProxy : DispatchProxy
{
    private IOutboxStore _store = null!;
    private Func<string, object?[], Func<object?>, object?> _around = null!;

    /// <param name="store">The store.</param>
    /// <param name="around">Gets the name of the method, what it was given, and what calls it.</param>
    public static IOutboxStore Of(IOutboxStore store, Func<string, object?[], Func<object?>, object?> around)
    {
        var proxy = Create<IOutboxStore, StoreProxy>();
        (((StoreProxy)proxy)._store, ((StoreProxy)proxy)._around) = (store, around);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _around(targetMethod!.Name, args!, () => targetMethod.Invoke(_store, args));
}
