using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class SharedKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Warns_once_of_a_key_that_every_request_gets(bool isShared)
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(), primary: new ScriptedUpstream(200));
        using var client = host.Client;
        if (isShared)
            client.DefaultRequestHeaders.Add("Idempotency-Key", "shared");

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", "shared" } } };
            using var response = await client.SendAsync(request, Cancelled);
        }

        host.Log.Lines.Count(line => line.StartsWith("Warning 600: Client 'test': Idempotency-Key stands in DefaultRequestHeaders, so all calls have the same key", StringComparison.Ordinal)).Should().Be(isShared ? 1 : 0);
    }
}
