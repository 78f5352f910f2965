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

    [Fact]
    public void Are_not_those_of_the_server()
        => Gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Should()
            .Match<KestrelServerLimits>(limits => limits.MinRequestBodyDataRate == null && limits.MinResponseDataRate == null);

    [Fact]
    public void And_uploads_that_nobody_reads_never_fill_the_window_of_the_connection()
    {
        var http2 = Gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2;

        http2.InitialConnectionWindowSize.Should().BeGreaterThanOrEqualTo(http2.MaxStreamsPerConnection * http2.InitialStreamWindowSize);
    }

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
