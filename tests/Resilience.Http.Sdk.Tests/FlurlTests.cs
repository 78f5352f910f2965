using Flurl.Http;

namespace Resilience.Http.Sdk.Tests;

public sealed class FlurlTests : TokenSdkContract
{
    private protected override string Name => "Flurl";

    private protected override Reply Answer => Json("""{"name":"Ada"}""");

    private protected override Task ReadAsync(SdkHost host) => new FlurlClient(host.Client).Request("people/1").GetJsonAsync<Person>(cancellationToken: host.Cancelled);

    private protected override Task WriteAsync(SdkHost host)
        => new FlurlClient(host.Client).Request("people").PostJsonAsync(new Person("Ada"), cancellationToken: host.Cancelled).ReceiveJson<Person>();
}
