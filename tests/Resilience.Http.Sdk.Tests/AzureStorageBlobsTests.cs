using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Resilience.Http.Sdk.Tests;

public sealed class AzureStorageBlobsTests : DownloadSdkContract
{
    private protected override string Name => "Azure.Storage.Blobs";

    private protected override Reply Answer => Described(Reply.Ok("content"));

    private protected override Reply Written => Described(Reply.Status(201, "created"));

    private protected override bool WritesByPut => true;

    [Fact]
    public Task Rides_out_an_outage_synchronously() => RideOutAnOutageAsync(host => Blob(host).DownloadContent(host.Cancelled));

    private protected override Task ReadAsync(SdkHost host) => Blob(host).DownloadContentAsync(host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => Blob(host).UploadAsync(new BinaryData("content"), overwrite: true, host.Cancelled);

    private protected override async Task<Stream> DownloadAsync(SdkHost host) => (await Blob(host).DownloadStreamingAsync(cancellationToken: host.Cancelled)).Value.Content;

    private static Reply Described(Reply reply)
        => reply.WithHeader("ETag", "\"1\"").WithHeader("Last-Modified", "Thu, 26 Nov 2026 12:00:00 GMT").WithHeader("x-ms-request-id", "1");

    private static BlobClient Blob(SdkHost host)
        => new(new("https://sdk.test/container/blob"), new BlobClientOptions { Transport = new HttpClientTransport(host.Client), Retry = { MaxRetries = 0, NetworkTimeout = Timeout.InfiniteTimeSpan } });
}
