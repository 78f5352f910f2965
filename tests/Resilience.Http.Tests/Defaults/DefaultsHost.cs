using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>Services whose clients all call one upstream in memory, on a clock whose short waits take no time.</summary>
internal sealed class DefaultsHost : IDisposable
{
    private readonly ServiceProvider _services;

    public DefaultsHost(Action<IServiceCollection> register, params int[] statuses)
    {
        Upstream = new(statuses is [] ? [200] : statuses);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new VirtualClock { LongestJump = TimeSpan.FromSeconds(4) });
        services.AddLogging(logging => logging.AddProvider(Log));
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => Upstream).ConfigureHttpClient(http => http.BaseAddress = new("http://upstream.test/")));
        register(services);
        _services = services.BuildServiceProvider();
    }

    public ScriptedUpstream Upstream { get; }

    public LogRecorder Log { get; } = new();

    public ResilienceRegistry Registry => _services.GetRequiredService<ResilienceRegistry>();

    public IServiceProvider Services => _services;

    public HttpClient Client(string name) => _services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>The chain of a client, which is made if it is not.</summary>
    public string ChainOf(string name)
    {
        Client(name).Dispose();
        return Registry[name].ToString();
    }

    /// <summary>The status that the client gets.</summary>
    public Task<int> GetAsync(string name, string url = "/") => GetAsync(Client(name), url);

    public static async Task<int> GetAsync(HttpClient client, string url = "/")
    {
        using var response = await client.GetAsync(url, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public static IConfigurationRoot Configuration(params (string Key, string Value)[] values)
        => new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Resilience:{value.Key}", (string?)value.Value))).Build();

    public void Dispose() => _services.Dispose();
}
