using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Forwarder;

namespace Resilience.Http.Yarp.Tests.Clusters;

/// <summary>What the application makes of the clients of clusters goes on working, whether it was registered before or after.</summary>
public sealed class OwnClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_settings_are_kept(bool before)
    {
        await using var backend = await Backend.AnsweringAsync(503, 200);
        var lengths = new List<int>();
        var settings = Registered(before, proxy => proxy.ConfigureHttpClient((_, handler) => lengths.Add(handler.MaxResponseHeadersLength = 7)));
        await using var gateway = await Gateway.StartAsync(settings, backend);

        await gateway.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        lengths.Should().Equal(7);
        backend.Hits.Should().Be(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_factory_is_kept(bool before)
    {
        await using var backend = await Backend.AnsweringAsync(503, 200);
        var factory = new CountingFactory();
        var settings = Registered(before, proxy => proxy.Services.Replace(ServiceDescriptor.Singleton<IForwarderHttpClientFactory>(factory)));
        await using var gateway = await Gateway.StartAsync(settings, backend);

        await gateway.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        (factory.Sent, backend.Hits).Should().Be((2, 2));
    }

    private static GatewaySettings Registered(bool before, Action<IReverseProxyBuilder> register)
        => before ? new GatewaySettings { Before = register } : new GatewaySettings { After = register };

    private sealed class CountingFactory : IForwarderHttpClientFactory
    {
        private int _sent;

        public int Sent => _sent;

        public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context) => new CountingClient(this);

        private sealed class CountingClient(CountingFactory factory) : HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref factory._sent);
                return base.SendAsync(request, cancellationToken);
            }
        }
    }
}
