using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>An <see cref="HttpClient"/> that is set up as registered, to be looked at: it never sends anything.</summary>
internal sealed class SampleHttpClient : HttpClient
{
    /// <summary>How it is set up.</summary>
    public HttpClientSettings Settings { get; } = new();

    /// <summary>The base address of the clients of this name; null if none was registered.</summary>
    public static Uri? BaseAddressOf(string name, IServiceProvider services)
    {
        using var sample = Of(name, services);
        return sample.BaseAddress;
    }

    /// <summary>How the clients of this name are set up.</summary>
    public static HttpClientSettings SettingsOf(string name, IServiceProvider services)
    {
        using var sample = Of(name, services);
        return sample.Settings;
    }

    private static SampleHttpClient Of(string name, IServiceProvider services)
    {
        var sample = new SampleHttpClient();
        foreach (var setUp in services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
            setUp(sample);
        return sample;
    }
}
