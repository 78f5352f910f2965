using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>An <see cref="HttpClient"/> that is set up as registered, to be looked at: it never sends anything.</summary>
internal sealed class SampleHttpClient : HttpClient
{
    /// <summary>The base address of the clients of this name; null if none was registered.</summary>
    public static Uri? BaseAddressOf(string name, IServiceProvider services)
    {
        using var sample = new SampleHttpClient();
        foreach (var setUp in services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
            setUp(sample);
        return sample.BaseAddress;
    }
}
