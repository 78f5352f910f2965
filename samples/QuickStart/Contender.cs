using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>One of the clients that are compared. Each has an upstream of its own, so that none suffers from what another does.</summary>
/// <param name="name">The name of the client.</param>
/// <param name="register">Registers the client.</param>
/// <param name="url">A real service that all of them call instead.</param>
internal sealed class Contender(string name, Func<IServiceCollection, string, IHttpClientBuilder> register, Uri? url) : IAsyncDisposable
{
    private readonly MisbehavingUpstream? _upstream = url is null ? new() : null;

    public string Name => name;

    public Tally Tally { get; } = new();

    /// <summary>What the upstream does at the moment; null if it is a real service.</summary>
    public Weather? Weather => _upstream?.Weather;

    /// <summary>Orders that were placed more than once; null if nothing was ordered.</summary>
    public int? Duplicates => _upstream?.Duplicates;

    public void AddTo(IServiceCollection services)
        => register(services, name)
            .ConfigureHttpClient(client => client.BaseAddress = url ?? _upstream!.Url)
            .AddHttpMessageHandler(() => new CountingHandler(Tally));

    public async ValueTask DisposeAsync()
    {
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    /// <summary>Counts what goes over the wire.</summary>
    private sealed class CountingHandler(Tally tally) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            tally.CountAttempt();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
