using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A call that is kept ahead and has not left: it waits in the chain, such as for a token bucket that is empty.</summary>
internal sealed class HeldCall : IAsyncDisposable
{
    private readonly PayServer _server = new(200);
    private readonly CancellationTokenSource _givenUp = new();
    private readonly TaskCompletionSource _hasCome = new();
    private Task<HttpResponseMessage>? _call;

    /// <param name="store">Where it is kept.</param>
    public HeldCall(IOutboxStore store) => Host = new(
        _server,
        outbox => outbox.Mode = OutboxMode.WriteAhead,
        inner: client => client.AddHttpMessageHandler(() => new Holds(_hasCome)),
        store: services => services.AddSingleton(store));

    public PayHost Host { get; }

    /// <returns>The receipt, which its caller does not have yet.</returns>
    public async Task<OutboxReceipt> BeginAsync()
    {
        _call = Host.Client.SendAsync(PayHost.Charge(), _givenUp.Token);
        await _hasCome.Task;
        return (await Host.AllAsync()).Single().Receipt;
    }

    /// <summary>Its caller gives up, and is told that nothing was sent.</summary>
    public async Task GiveUpAsync()
    {
        await _givenUp.CancelAsync();
        (await Record.ExceptionAsync(() => _call!)).Should().BeAssignableTo<OperationCanceledException>();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _givenUp.Dispose();
        _server.Dispose();
    }

    private sealed class Holds(TaskCompletionSource hasCome) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            hasCome.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
