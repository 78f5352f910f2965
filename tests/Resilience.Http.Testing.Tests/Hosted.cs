using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

/// <summary>A client "payments" as a program registers it, on a virtual clock.</summary>
internal sealed class Hosted : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    /// <param name="replace">Replaces the wire.</param>
    /// <param name="register">Registers what else the program has.</param>
    /// <param name="inRealTime">Whether the clock is the system's.</param>
    public Hosted(Action<IServiceCollection> replace, Action<IResilientHttpClientBuilder>? register = null, bool inRealTime = false)
    {
        var services = new ServiceCollection();
        var client = services.AddResilientHttpClient("payments", client => client.BaseAddress = new("https://api.payments.test/"));
        register?.Invoke(client);
        Clock = inRealTime ? new() : services.AddVirtualClock();
        replace(services);
        _provider = services.BuildServiceProvider();
    }

    public VirtualClock Clock { get; }

    public IServiceProvider Services => _provider;

    public HttpClient Client => _provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    public Task<HttpResponseMessage> GetAsync(string path = "/") => Clock.AdvanceUntilAsync(Client.GetAsync(path, TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
