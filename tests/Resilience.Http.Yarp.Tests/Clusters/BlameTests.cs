using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.Yarp.Tests.Clusters;

public sealed class BlameTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

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

    [Fact]
    public async Task Headers_that_are_longer_than_a_destination_takes_are_no_fault_of_its()
    {
        await using var backend = await Backend.StartAsync(static _ => Task.CompletedTask, HttpProtocols.Http2);
        await using var gateway = await Gateway.StartAsync(new GatewaySettings { Request = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact } }, backend);
        using var first = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        for (var i = 0; i < 10; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Root);
            for (var name = 0; name < 95; name++)
                request.Headers.Add($"X-{name}", new string('x', 2_740));
            (await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.BadGateway);
        }

        using var other = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (other.StatusCode, gateway.Cluster.Circuits.Single().State).Should().Be((HttpStatusCode.OK, CircuitState.Closed));
    }
}
