using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TenantGateway.Tests;

/// <summary>What an upstream hears of a request.</summary>
public sealed class GatewayRequestTests : GatewayTests
{
    [Theory]
    [InlineData("TRACE")]
    [InlineData("trace")]
    [InlineData("TRACK")]
    [InlineData("CONNECT")]
    public async Task No_method_shows_what_an_upstream_was_sent_or_goes_through_it(string method)
    {
        using var socket = new TcpClient(Gateway.Address.Host, Gateway.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{method} /orders/1 HTTP/1.1\r\nHost: a\r\nX-Api-Key: {Key}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());

        var status = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        status.Should().Be("HTTP/1.1 405 Method Not Allowed");
        Gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/catalog/..%5Cadmin")]
    [InlineData("/catalog/..;/admin")]
    [InlineData("/catalog/%252e%252e/admin")]
    public async Task No_path_leads_out_of_its_route(string path)
    {
        using var request = Gateway.Request(Key, path);

        using var answer = await Gateway.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        Gateway.Upstream.LogEntries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_tenant_that_has_too_many_open_waits_and_another_does_not()
    {
        var tenants = Gateway.Configuration.Current!;
        while (Gateway.Open.TryAdd(tenants, Key, tenants.FindById("acme")!, () => { }) is not null)
        {
        }

        using var answer = await Gateway.GetAsync(Key);
        using var other = await Gateway.GetAsync(await Gateway.AddAsync("bolt", "Free"));

        (answer.StatusCode, answer.Headers.RetryAfter!.Delta, other.StatusCode).Should().Be((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1), HttpStatusCode.OK));
    }

    [Fact]
    public async Task The_upstream_hears_of_the_tenant_and_not_of_its_key()
    {
        using var request = Gateway.Request(Key);
        request.Headers.Add("X-Tenant", "bolt");
        request.Headers.Add("Authorization", $"Bearer {Key}");
        request.Headers.Add("Cookie", "session=1");

        using var answer = await Gateway.SendAsync(request);

        var sent = Sent.Should().ContainSingle().Which;
        sent["X-Tenant"].Should().Equal("acme");
        sent.Keys.Should().NotContain(["X-Api-Key", "Authorization", "Cookie"]);
        sent.Values.SelectMany(values => values).Should().NotContain(value => value.Contains(Key));
    }

    [Fact]
    public async Task An_idempotency_key_is_prefixed_by_its_tenant()
    {
        using var request = Gateway.Request(Key, "/orders/1", HttpMethod.Post);
        request.Headers.Add("Idempotency-Key", "order-1");

        using var answer = await Gateway.SendAsync(request);

        Sent.Single()["Idempotency-Key"].Should().Equal("acme:order-1");
    }

    [Fact]
    public async Task An_address_that_a_client_makes_up_is_ignored()
    {
        using var request = Gateway.Request(Key);
        foreach (var name in new[] { "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP", "X_Forwarded_For" })
            request.Headers.Add(name, "203.0.113.66");
        request.Headers.Add("Forwarded", "for=203.0.113.66");

        using var answer = await Gateway.SendAsync(request);

        Sent.Single()["X-Forwarded-For"].Should().Equal("127.0.0.1");
        Sent.Single().Values.SelectMany(values => values).Should().NotContain(value => value.Contains("203.0.113.66"));
    }
}
