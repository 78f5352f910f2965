using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_refused_while_it_is_sent_is_no_fault_of_its(bool isChunked)
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return;

            // As a server that takes no such bodies, or a firewall before it: the answer is lost on the way.
            await context.Request.Body.ReadAtLeastAsync(new byte[1000], 1000, throwOnEndOfStream: false, context.RequestAborted);
            context.Abort();
        });
        await using var gateway = await Gateway.StartAsync(new GatewaySettings().With(("CircuitBreaker.ConsecutiveFailures", "3")), backend);

        for (var i = 0; i < 5; i++)
        {
            using var upload = new HttpRequestMessage(HttpMethod.Post, Root) { Content = new StreamContent(new MemoryStream(new byte[20_000_000])) };
            upload.Headers.TransferEncodingChunked = isChunked;
            (await gateway.Client.SendAsync(upload, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.BadGateway);
        }

        using var other = await gateway.Client.GetAsync(Root, TestContext.Current.CancellationToken);

        (other.StatusCode, gateway.Cluster.Circuits.Single().State).Should().Be((HttpStatusCode.OK, CircuitState.Closed));
    }

    // The transport takes the Host for the name that the certificate has to have.
    [Theory]
    [InlineData("a.example", CircuitState.Closed)]
    [InlineData(null, CircuitState.Open)]
    public async Task A_certificate_that_is_not_for_the_name_a_client_has_called_is_no_fault_of_its(string? host, CircuitState state)
    {
        await using var gateway = await Gateway.AtAsync(
            new GatewaySettings
            {
                Transforms = [new Dictionary<string, string> { ["RequestHeaderOriginalHost"] = host is null ? "false" : "true" }],
                Before = static proxy => proxy.Services.AddSingleton<IForwarderHttpClientFactory>(new NoCertificate()),
            }.With(("CircuitBreaker.ConsecutiveFailures", "3")),
            "https://localhost:1");

        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Root) { Headers = { Host = host } };
            (await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();
        }

        gateway.Cluster.Circuits.Single().State.Should().Be(state);
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

    private sealed class NoCertificate : IForwarderHttpClientFactory
    {
        public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context) => new(new Refusing());

        private sealed class Refusing : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
                => throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The SSL connection could not be established.", new AuthenticationException());
        }
    }
}
