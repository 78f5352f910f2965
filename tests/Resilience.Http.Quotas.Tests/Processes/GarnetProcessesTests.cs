namespace Resilience.Http.Quotas.Tests;

[Collection<ProcessesAlone>]
public sealed class GarnetProcessesTests(GarnetProcess garnet) : ProcessesContract, IClassFixture<GarnetProcess>
{
    private protected override string Place => $"127.0.0.1:{garnet.Port}";
}
