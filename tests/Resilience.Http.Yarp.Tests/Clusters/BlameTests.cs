using System.Net;
using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Yarp.Tests.Clusters;

public sealed class BlameTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    public async Task What_a_destination_says_to_one_client_does_not_close_it_for_all(int status)
    {
        await using var backend = await Backend.StartAsync(context =>
        {
            if (context.Request.Path == "/mine")
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (status, "600");
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync(backend);

        for (var i = 0; i < 30; i++)
            (await gateway.Client.GetAsync(new Uri("/mine", UriKind.Relative), TestContext.Current.CancellationToken)).Dispose();
        using var other = await gateway.Client.GetAsync(new Uri("/theirs", UriKind.Relative), TestContext.Current.CancellationToken);

        (other.StatusCode, gateway.Cluster.Circuits.Single().State).Should().Be((HttpStatusCode.OK, CircuitState.Closed));
    }
}
