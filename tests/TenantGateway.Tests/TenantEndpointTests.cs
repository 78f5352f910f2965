using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace TenantGateway.Tests;

public sealed class TenantEndpointTests : IDisposable
{
    private readonly WireMockServer _service = WireMockServer.Start();
    private readonly ServiceProvider _provider = new ServiceCollection().AddHttpClient().BuildServiceProvider();
    private readonly TenantEndpoint _endpoint;

    public TenantEndpointTests() => _endpoint = new(_provider.GetRequiredService<IHttpClientFactory>(), new($"{_service.Url}/tenants"), maxBytes: 100);

    public void Dispose()
    {
        _provider.Dispose();
        _service.Dispose();
    }

    [Fact]
    public async Task Asks_only_for_what_has_changed()
    {
        _service.Given(Request.Create()).AtPriority(2).RespondWith(Response.Create().WithHeader("ETag", "\"1\"").WithBody("one"));
        _service.Given(Request.Create().WithHeader("If-None-Match", "\"1\"")).AtPriority(1).RespondWith(Response.Create().WithStatusCode(HttpStatusCode.NotModified));

        var (first, second) = (await ReadAsync(), await ReadAsync());

        (first, second).Should().Be(("one", "one"));
        _service.LogEntries.Count(entry => entry.RequestMessage!.Headers!.ContainsKey("If-None-Match")).Should().Be(1);
    }

    [Fact]
    public async Task Reads_no_more_than_it_is_meant_to()
    {
        _service.Given(Request.Create()).RespondWith(Response.Create().WithBody(new string('x', 101)));

        await this.Awaiting(tests => tests.ReadAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Gives_up_a_body_that_stalls()
    {
        await using var service = ScriptedServer.Start(Reply.Ok("{ \"plans\": {} }").Chunked().StallAfter(5));
        await using var provider = new ServiceCollection().AddHttpClient(TenantEndpoint.Client, http => http.Timeout = TimeSpan.FromMilliseconds(200)).Services.BuildServiceProvider();
        var endpoint = new TenantEndpoint(provider.GetRequiredService<IHttpClientFactory>(), service.Url, maxBytes: 100);

        await endpoint.Awaiting(source => source.ReadAsync(TestContext.Current.CancellationToken)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_failure_is_one()
    {
        _service.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(HttpStatusCode.NotFound).WithBody("{}"));

        await this.Awaiting(tests => tests.ReadAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    [Theory]
    [InlineData("http://config.example/tenants", false)]
    [InlineData("https://config.example/tenants", true)]
    [InlineData("http://127.0.0.1:5000/tenants", true)]
    [InlineData("tenants.json", true)]
    public void Nobody_on_the_way_can_say_who_is_a_tenant(string tenants, bool isValid)
    {
        var validate = () => new GatewaySettings { Tenants = tenants }.Validated();

        if (isValid)
            validate.Should().NotThrow();
        else
            validate.Should().Throw<InvalidOperationException>().WithMessage("*https*");
    }

    private async Task<string> ReadAsync() => System.Text.Encoding.UTF8.GetString(await _endpoint.ReadAsync(TestContext.Current.CancellationToken));
}
