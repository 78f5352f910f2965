using Elastic.Transport;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Resilience.Http.Sdk.Tests;

public sealed class ElasticTransportTests : SdkContract
{
    private protected override string Name => "Elastic.Transport";

    private protected override Reply Answer => Json("""{"name":"Ada"}""");

    private protected override Task ReadAsync(SdkHost host) => Transport(host).RequestAsync<StringResponse>(HttpMethod.GET, "/people/_doc/1", cancellationToken: host.Cancelled);

    private protected override Task WriteAsync(SdkHost host)
        => Transport(host).RequestAsync<StringResponse>(HttpMethod.POST, "/people/_doc", PostData.String("""{"name":"Ada"}"""), cancellationToken: host.Cancelled);

    private static DistributedTransport Transport(SdkHost host)
        => new(new TransportConfiguration(new SingleNodePool(new("https://sdk.test")), new HttpRequestInvoker((_, _) => host.Handler))
        {
            MaxRetries = 0,
            RequestTimeout = Timeout.InfiniteTimeSpan,
            ThrowExceptions = true,
        });
}
