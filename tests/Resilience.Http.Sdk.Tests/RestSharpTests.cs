using RestSharp;

namespace Resilience.Http.Sdk.Tests;

public sealed class RestSharpTests : TokenSdkContract
{
    private protected override string Name => "RestSharp";

    private protected override Reply Answer => Json("""{"name":"Ada"}""");

    [Fact]
    public Task Rides_out_an_outage_synchronously() => RideOutAnOutageAsync(host => new RestClient(host.Client).Get<Person>(new RestRequest("people/1")));

    private protected override Task ReadAsync(SdkHost host) => new RestClient(host.Client).GetAsync<Person>(new RestRequest("people/1"), host.Cancelled);

    private protected override Task WriteAsync(SdkHost host)
        => new RestClient(host.Client).PostAsync<Person>(new RestRequest("people").AddJsonBody(new Person("Ada")), host.Cancelled);
}
