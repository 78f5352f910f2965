using RestSharp;

namespace Resilience.Http.Tests;

public sealed class RestSharpTests : SdkTests
{
    private protected override Type NetworkFailure => typeof(HttpRequestException);

    private protected override async Task<int> SendAsync(TestHost host, string method, CancellationToken cancellationToken)
    {
        using var client = new RestClient(host.Client);
        return StatusOf(await client.ExecuteAsync(Create(method), cancellationToken));
    }

    private protected override int SendInOneGo(TestHost host, string method)
    {
        using var client = new RestClient(host.Client);
        return StatusOf(client.Execute(Create(method)));
    }

    private static RestRequest Create(string method)
    {
        var request = new RestRequest("people", Enum.Parse<Method>(method, ignoreCase: true));
        return method == "GET" ? request : request.AddJsonBody(new { name = "Ada" });
    }

    // It reports a failure in the response instead of throwing it.
    private static int StatusOf(RestResponse response)
        => response.StatusCode > 0 ? (int)response.StatusCode : throw response.ErrorException!;
}
