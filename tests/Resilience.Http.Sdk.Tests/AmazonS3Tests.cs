using Amazon.Runtime;
using Amazon.S3;

namespace Resilience.Http.Sdk.Tests;

public sealed class AmazonS3Tests : DownloadSdkContract
{
    private protected override string Name => "AWSSDK.S3";

    // The tag is the MD5 of the content, which the SDK compares.
    private protected override Reply Answer => Reply.Ok("content").WithHeader("ETag", "\"9a0364b9e99bb480dd25e1f0284c8555\"");

    private protected override bool WritesByPut => true;

    private protected override async Task ReadAsync(SdkHost host)
    {
        using var s3 = Client(host);
        using var answer = await s3.GetObjectAsync("bucket", "key", host.Cancelled);
        using var reader = new StreamReader(answer.ResponseStream);
        await reader.ReadToEndAsync(host.Cancelled);
    }

    private protected override async Task WriteAsync(SdkHost host)
    {
        using var s3 = Client(host);
        await s3.PutObjectAsync(new() { BucketName = "bucket", Key = "key", ContentBody = "content" }, host.Cancelled);
    }

    private protected override async Task<Stream> DownloadAsync(SdkHost host)
        => (await Client(host).GetObjectAsync("bucket", "key", host.Cancelled)).ResponseStream;

    private static AmazonS3Client Client(SdkHost host) => new(new BasicAWSCredentials("key", "secret"), new AmazonS3Config
    {
        ServiceURL = "https://sdk.test",
        ForcePathStyle = true,
        HttpClientFactory = new Clients(host),
        MaxErrorRetry = 0,
        Timeout = Timeout.InfiniteTimeSpan,
    });

    private sealed class Clients(SdkHost host) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => host.Client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
