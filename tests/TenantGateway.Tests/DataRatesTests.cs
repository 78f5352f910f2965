using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TenantGateway.Tests;

/// <summary>Over HTTP/2 the server would end the connection of a client that is too slow, which may be that of many behind a proxy.</summary>
public sealed class DataRatesTests : GatewayTests
{
    [Theory]
    [InlineData("HTTP/1.1", 240)]
    [InlineData("HTTP/1.0", 240)]
    [InlineData("HTTP/2", 0)]
    [InlineData("HTTP/3", 0)]
    public async Task Hold_where_a_connection_is_that_of_one_client(string protocol, int least)
    {
        var (context, rates) = (new DefaultHttpContext { Request = { Protocol = protocol } }, new Rates());
        context.Features.Set<IHttpMinRequestBodyDataRateFeature>(rates);
        context.Features.Set<IHttpMinResponseDataRateFeature>(rates);

        await DataRates.Set(context, _ => Task.CompletedTask);

        rates.All.Should().Equal(least > 0 ? [least, least] : []);
    }

    // A connection is that of one client then, who would have answers kept for good by opening no window for them.
    [Fact]
    public void Hold_over_all_connections_where_there_are_no_proxies()
        => Limits(Gateway).Should().Match<KestrelServerLimits>(limits => limits.MinRequestBodyDataRate!.BytesPerSecond == 240 && limits.MinResponseDataRate!.BytesPerSecond == 240);

    [Fact]
    public async Task End_no_connection_where_there_are()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings => settings["KnownProxies"] = new JsonArray("10.0.0.1"));

        Limits(gateway).Should().Match<KestrelServerLimits>(limits => limits.MinRequestBodyDataRate == null && limits.MinResponseDataRate == null);
    }

    [Fact]
    public void And_uploads_that_nobody_reads_never_fill_the_window_of_the_connection()
    {
        var http2 = Limits(Gateway).Http2;

        http2.InitialConnectionWindowSize.Should().BeGreaterThanOrEqualTo(http2.MaxStreamsPerConnection * http2.InitialStreamWindowSize);
    }

    private static KestrelServerLimits Limits(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

    private sealed class Rates : IHttpMinRequestBodyDataRateFeature, IHttpMinResponseDataRateFeature
    {
        public List<double> All { get; } = [];

        public MinDataRate? MinDataRate
        {
            get => null;
            set => All.Add(value!.BytesPerSecond);
        }
    }
}
