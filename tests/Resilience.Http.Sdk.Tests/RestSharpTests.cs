using RestSharp;

namespace Resilience.Http.Sdk.Tests;

public sealed class RestSharpTests : TokenSdkContract
{
    private protected override string Name => "RestSharp";

    private protected override Reply Answer => Json("""{"name":"Ada"}""");

    private protected override Task ReadAsync(SdkHost host) => new RestClient(host.Client).GetAsync<Person>(new RestRequest("people/1"), Cancelled);

    private protected override Task WriteAsync(SdkHost host)
        => new RestClient(host.Client).PostAsync<Person>(new RestRequest("people").AddJsonBody(new Person("Ada")), Cancelled);
}
