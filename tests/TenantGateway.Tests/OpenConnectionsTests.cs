using System.Net;
using Microsoft.AspNetCore.Connections;

namespace TenantGateway.Tests;

public sealed class OpenConnectionsTests
{
    private readonly OpenConnections _connections = new(perAddress: 2, ["10.0.0.9"]);
    private readonly TaskCompletionSource _end = new();

    [Fact]
    public async Task An_address_has_no_more_than_its_bound()
    {
        var open = new[] { "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2" }.Select(Connect).ToArray();

        open.Select(connection => connection.IsCompleted).Should().Equal(false, false, true, false);
        _end.SetResult();
        await Task.WhenAll(open);
        _connections.Count.Should().Be(0);
    }

    [Fact]
    public void Whoever_has_a_64_has_one_bound()
    {
        var open = new[] { "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1" }.Select(Connect);

        open.Select(connection => connection.IsCompleted).Should().Equal(false, false, true, false);
    }

    [Fact]
    public void A_named_proxy_has_none() => Enumerable.Range(0, 5).Select(_ => Connect("10.0.0.9")).Should().NotContain(connection => connection.IsCompleted);

    [Theory]
    [InlineData("fd00::10", true)]
    [InlineData("fd00::11", false)]
    [InlineData("::ffff:10.0.0.9", true)]
    public void Its_neighbours_have_one(string address, bool isUnbounded)
    {
        var connections = new OpenConnections(perAddress: 2, ["fd00::10", "10.0.0.9"]);

        var open = Enumerable.Range(0, 5).Select(_ => Connect(address, connections)).ToArray();

        open.Count(connection => connection.IsCompleted).Should().Be(isUnbounded ? 0 : 3);
    }

    private Task Connect(string address) => Connect(address, _connections);

    private Task Connect(string address, OpenConnections connections)
        => connections.ServeAsync(new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) }, _ => _end.Task);
}
