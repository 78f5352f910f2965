using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace WireMock.Server;

/// <summary>Kestrel without host and container, so that a server per test costs next to nothing.</summary>
internal sealed class HttpHost(RequestDelegate handle) : IHttpApplication<HttpContext>, IDisposable
{
    private readonly KestrelServer _kestrel = new(
        Options.Create(new KestrelServerOptions()),
        new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
        NullLoggerFactory.Instance);

    public IReadOnlyCollection<string> Addresses => [.. Bound.Addresses];

    private IServerAddressesFeature Bound => _kestrel.Features.GetRequiredFeature<IServerAddressesFeature>();

    public void Start(IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
            Bound.Addresses.Add(address);
        Task.Run(() => _kestrel.StartAsync(this, CancellationToken.None)).GetAwaiter().GetResult();
    }

    public Task StopAsync(CancellationToken giveUp) => _kestrel.StopAsync(giveUp);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => handle(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public void Dispose() => _kestrel.Dispose();
}
