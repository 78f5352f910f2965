using System.Reflection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A store whose claim is committed when the host stops, and its caller no longer waits.</summary>
public class StopsAfterClaim : DispatchProxy
{
    private IOutboxStore _store = null!;
    private CancellationTokenSource _stopping = null!;

    public static IOutboxStore Of(IOutboxStore store, CancellationTokenSource stopping)
    {
        var proxy = Create<IOutboxStore, StopsAfterClaim>();
        (((StopsAfterClaim)proxy)._store, ((StopsAfterClaim)proxy)._stopping) = (store, stopping);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_store, args);
        return result is Task<IReadOnlyList<OutboxRow>> claim && targetMethod.Name == nameof(IOutboxStore.ClaimAsync) ? StopAsync(claim, (CancellationToken)args![1]!) : result;
    }

    private async Task<IReadOnlyList<OutboxRow>> StopAsync(Task<IReadOnlyList<OutboxRow>> claim, CancellationToken cancellationToken)
    {
        var rows = await claim;
        await _stopping.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return rows;
    }
}
