using Refit;

namespace Resilience.Http.Sdk.Tests;

public class RefitTests : TokenSdkContract
{
    private protected override string Name => "Refit";

    private protected override Reply Answer => Json("""{"name":"Ada"}""");

    private protected override Task ReadAsync(SdkHost host) => People(host).FindAsync(1, host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => People(host).AddAsync(new("Ada"), host.Cancelled);

    private protected virtual IPeopleApi People(SdkHost host) => RestService.For<IPeopleApi>(host.Client);
}
