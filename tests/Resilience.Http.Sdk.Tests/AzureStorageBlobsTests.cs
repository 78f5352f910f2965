using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Resilience.Http.Sdk.Tests;

public sealed class AzureStorageBlobsTests : DownloadSdkContract
{
    private protected override string Name => "Azure.Storage.Blobs";

    private protected override Reply Answer => Described(Reply.Ok("content"));

    private protected override Reply Written => Described(Reply.Status(201, "created"));

    private protected override bool WritesByPut => true;

    private protected override Task ReadAsync(SdkHost host) => Blob(host).DownloadContentAsync(Cancelled);

    private protected override Task WriteAsync(SdkHost host) => Blob(host).UploadAsync(new BinaryData("content"), overwrite: true, Cancelled);

    private protected override async Task<Stream> DownloadAsync(SdkHost host) => (await Blob(host).DownloadStreamingAsync(cancellationToken: Cancelled)).Value.Content;

    private static Reply Described(Reply reply)
        => reply.WithHeader("ETag", "\"1\"").WithHeader("Last-Modified", "Thu, 26 Nov 2026 12:00:00 GMT").WithHeader("x-ms-request-id", "1");

    private static BlobClient Blob(SdkHost host)
        => new(new("https://sdk.test/container/blob"), new BlobClientOptions { Transport = new HttpClientTransport(host.Client), Retry = { MaxRetries = 0, NetworkTimeout = Timeout.InfiniteTimeSpan } });
}
