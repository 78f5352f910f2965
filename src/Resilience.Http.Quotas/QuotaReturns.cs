using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http;

/// <summary>Gives the unused permits of all clients back when the host stops, or without one when the container is disposed.</summary>
internal sealed class QuotaReturns : IHostedService, IAsyncDisposable, IDisposable
{
    // Clients that were added while the program runs go again, and are not kept by this.
    private readonly ConditionalWeakTable<ClientQuotas, object> _quotas = [];

    public void Add(ClientQuotas quotas) => _quotas.Add(quotas, this);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_quotas.Select(quotas => quotas.Key.ReturnAsync(isLast: true, cancellationToken)));

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    // Bounded, as each client's return is.
    public void Dispose() => Task.Run(() => StopAsync(CancellationToken.None)).GetAwaiter().GetResult();
}
