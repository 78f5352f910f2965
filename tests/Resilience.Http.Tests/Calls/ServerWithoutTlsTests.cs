using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A server, or its balancer, that speaks no TLS yet, or none for the moment.</summary>
public sealed class ServerWithoutTlsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task Is_asked_again() => IsAskedAsync(times: 2, "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

    [Theory]
    [InlineData(80, 2)]
    [InlineData(40, 1)]
    public Task Is_asked_again_after_an_alert_that_may_pass(byte alert, int times)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only OpenSSL says which alert it was.");
        return IsAskedAsync(times, [21, 3, 3, 0, 2, 2, alert]);
    }

    private static async Task IsAskedAsync(int times, byte[] answer)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = AnswerAsync(server, times, answer);
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 1), new Uri($"https://{server.LocalEndpoint}/"));

        var call = () => host.Client.PostAsync("/", new StringContent("order"), Cancelled);

        (await call.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.SecureConnectionError);
        await answering.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);
        server.Pending().Should().BeFalse();
    }

    // As a balancer does whose TLS is not configured yet, or that has no room for the moment.
    private static async Task AnswerAsync(TcpListener server, int times, byte[] answer)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await server.AcceptTcpClientAsync(Cancelled);
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[50], Cancelled);
            await stream.WriteAsync(answer, Cancelled);
            await stream.CopyToAsync(Stream.Null, Cancelled).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }
}
