using Google.Apis.Http;
using Google.Apis.Storage.v1;

namespace Resilience.Http.Sdk.Tests;

public sealed class GoogleStorageTests : SdkContract
{
    private protected override string Name => "Google.Apis";

    private protected override Reply Answer => Json("""{"kind":"storage#object","name":"object"}""");

    [Fact]
    public async Task Continues_a_resumable_upload()
    {
        await using var host = Host(script => script
            .Answer(429, retryAfter: 3).Then(Reply.Ok().WithHeader("Location", "https://sdk.test/upload/1"))
            .Then(503).Then(Stall).Then(Answer));
        using var service = Service(host);
        using var content = new MemoryStream("content"u8.ToArray());

        var progress = await service.Objects.Insert(new() { Name = "object" }, "bucket", content, "text/plain").UploadAsync(host.Cancelled);

        progress.Exception.Should().BeNull();
        host.Upstream.Attempts.Select(attempt => attempt.Method).Should().Equal("POST", "POST", "PUT", "PUT", "PUT");
        host.Upstream.Attempts.Skip(2).Select(attempt => (attempt.Text, attempt.Header("Content-Range"))).Distinct().Should().Equal(("content", "bytes 0-6/7"));
    }

    [Fact]
    public Task Rides_out_an_outage_synchronously() => RideOutAnOutageAsync(host => Service(host).Objects.Get("bucket", "object").Execute());

    private protected override async Task ReadAsync(SdkHost host)
    {
        using var service = Service(host);
        await service.Objects.Get("bucket", "object").ExecuteAsync(host.Cancelled);
    }

    private protected override async Task WriteAsync(SdkHost host)
    {
        using var service = Service(host);
        await service.Buckets.Insert(new() { Name = "bucket" }, "project").ExecuteAsync(host.Cancelled);
    }

    private static StorageService Service(SdkHost host) => new(new()
    {
        HttpClientFactory = new HttpClientFromMessageHandlerFactory(_ => new(host.Handler, performsAutomaticDecompression: false, handlesRedirect: false)),
        DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
    });
}
