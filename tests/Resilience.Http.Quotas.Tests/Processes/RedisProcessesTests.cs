namespace Resilience.Http.Quotas.Tests;

[Collection<ProcessesAlone>]
public sealed class RedisProcessesTests(RedisServer server) : ProcessesContract, IClassFixture<RedisServer>
{
    private protected override string Place
    {
        get
        {
            Assert.SkipUnless(server.IsInstalled, RedisServer.Missing);
            return $"127.0.0.1:{server.Port}";
        }
    }
}
