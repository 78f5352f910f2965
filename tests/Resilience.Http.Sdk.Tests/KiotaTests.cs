using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace Resilience.Http.Sdk.Tests;

public sealed class KiotaTests : TokenSdkContract
{
    private protected override string Name => "Kiota";

    private protected override Reply Answer => Json("""{"name":"Ada"}""");

    private protected override Task ReadAsync(SdkHost host) => SendAsync(host, new() { HttpMethod = Method.GET, URI = new("https://sdk.test/people/1") });

    private protected override Task WriteAsync(SdkHost host)
    {
        var request = new RequestInformation { HttpMethod = Method.POST, URI = new("https://sdk.test/people") };
        request.SetStreamContent(new MemoryStream("""{"name":"Ada"}"""u8.ToArray()), "application/json");
        return SendAsync(host, request);
    }

    // A client that is handed over has none of Kiota's own handlers, its RetryHandler included.
    private static async Task SendAsync(SdkHost host, RequestInformation request)
    {
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: host.Client);
        await using var answer = await adapter.SendPrimitiveAsync<Stream>(request, cancellationToken: host.Cancelled);
        await answer!.CopyToAsync(Stream.Null, host.Cancelled);
    }
}
