using System.Diagnostics;
using System.Globalization;
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
        var status = await SendRawAsync($"{method} /orders/1 HTTP/1.1\nHost: a\nX-Api-Key: {Key}\nConnection: close\n\n");

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

    // ASP.NET Core reads it before the gateway does, and HttpClient would write it anew.
    [Theory]
    [InlineData("baggage", "OpenAI-Organization=org-x")]
    [InlineData("Correlation-Context", "org=evil")]
    public async Task The_upstream_hears_of_the_trace_and_not_of_its_baggage(string name, string value)
    {
        using var traces = new ActivityListener { ShouldListenTo = source => source.Name is "Microsoft.AspNetCore", Sample = (ref _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(traces);
        using var request = Gateway.Request(Key);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add(name, value);

        using var answer = await Gateway.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        var heard = Gateway.Upstream.LogEntries.Should().ContainSingle().Which.RequestMessage!.Headers!;
        heard["traceparent"].ToString().Should().Contain("0af7651916cd43dd8448eb211c80319c");
        heard.Keys.Should().NotContain(["baggage", "Correlation-Context"]);
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

    // What the client sends is not what the class for headers would send, and so it is written by hand.
    [Fact]
    public async Task However_it_is_written_only_what_is_known_to_be_harmless_reaches_the_upstream()
    {
        var answer = await SendRawAsync($"""
            POST /orders/1 HTTP/1.1
            Host: a
            x-aPI-kEY: {Key}
            Connection: X-Tenant, range
            Stripe-Account: hers
            STRIPE-ACCOUNT: hers
            stripe_account: hers
            X-Unheard-Of: hers
            X-Tenant: bolt
            X_Tenant: bolt
            User_Agent: hers
            Range: bytes=0-1
            ACCEPT: text/plain
            Transfer-Encoding: chunked
            Trailer: Stripe-Account

            2
            ab
            0
            Stripe-Account: hers
            X-Tenant: bolt


            """);

        answer.Should().Be("HTTP/1.1 200 OK");
        var sent = Sent.Should().ContainSingle().Which;
        sent.Keys.Should().BeEquivalentTo("Host", "Accept", "Transfer-Encoding", "X-Tenant", "X-Forwarded-For", "X-Forwarded-Proto");
        sent["X-Tenant"].Should().Equal("acme");
    }

    [Fact]
    public async Task A_route_names_the_headers_that_its_upstream_may_have()
    {
        using HttpRequestMessage orders = Gateway.Request(Key, "/orders/1"), catalog = Gateway.Request(Key, "/catalog/1");
        foreach (var request in new[] { orders, catalog })
            request.Headers.Add("X-Page", "1");

        using HttpResponseMessage named = await Gateway.SendAsync(orders), other = await Gateway.SendAsync(catalog);

        Sent[0].Should().ContainKey("X-Page");
        Sent[1].Should().NotContainKey("X-Page");
    }

    [Theory]
    [InlineData("/orders/1?api_key={0}")]
    [InlineData("/orders/1?a=1&k=%74{0}")]
    [InlineData("/orders/{0}")]
    public async Task An_address_with_the_key_in_it_is_not_passed_on(string address)
    {
        using var request = Gateway.Request(Key, string.Format(CultureInfo.InvariantCulture, address, address.Contains("%74", StringComparison.Ordinal) ? Key[1..] : Key));

        using var answer = await Gateway.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().NotContain(Key);
        Gateway.Upstream.LogEntries.Should().BeEmpty();
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

    /// <returns>The first line of the answer.</returns>
    private async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient(Gateway.Address.Host, Gateway.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? string.Empty;
    }
}
