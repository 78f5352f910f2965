using System.Net;

namespace TenantGateway.Tests;

public sealed class UnknownKeysTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public void An_address_has_so_many_a_minute()
    {
        var unknown = new UnknownKeys(_clock, perMinute: 6, capacity: 10);
        var address = IPAddress.Parse("198.51.100.1");

        var first = Enumerable.Range(0, 8).Select(_ => unknown.Reject(address)).ToArray();
        _clock.Advance(TimeSpan.FromSeconds(10));

        first.Take(6).Should().OnlyContain(wait => wait == null);
        first[7].Should().Be(TimeSpan.FromSeconds(10));
        unknown.Reject(address).Should().BeNull();
        unknown.Reject(address).Should().NotBeNull();
        unknown.Reject(IPAddress.Parse("198.51.100.2")).Should().BeNull();
    }

    [Fact]
    public void Whoever_has_a_64_has_one_limit()
    {
        var unknown = new UnknownKeys(_clock, perMinute: 1, capacity: 10);

        unknown.Reject(IPAddress.Parse("2001:db8:0:1::1")).Should().BeNull();
        unknown.Reject(IPAddress.Parse("2001:db8:0:1:ffff::2")).Should().NotBeNull();
        unknown.Reject(IPAddress.Parse("2001:db8:0:2::1")).Should().BeNull();
    }

    [Fact]
    public void An_IPv4_address_is_the_same_in_IPv6()
        => AddressBlock.Of(IPAddress.Parse("::ffff:198.51.100.1")).Should().Be(AddressBlock.Of(IPAddress.Parse("198.51.100.1")));

    [Fact]
    public void The_table_is_bounded_and_a_flood_makes_it_forget_nobody()
    {
        var unknown = new UnknownKeys(_clock, perMinute: 2, capacity: 100);
        var known = IPAddress.Parse("192.0.2.1");
        unknown.Reject(known);
        unknown.Reject(known);

        var flood = Enumerable.Range(0, 5000).Count(number => unknown.Reject(new IPAddress([10, 0, (byte)(number / 256), (byte)number])) is null);

        unknown.Count.Should().BeLessThanOrEqualTo(101);
        flood.Should().Be(99 + 2);
        unknown.Reject(known).Should().NotBeNull();
    }

    [Fact]
    public void Addresses_that_have_been_quiet_make_room()
    {
        var unknown = new UnknownKeys(_clock, perMinute: 60, capacity: 2);
        unknown.Reject(IPAddress.Parse("192.0.2.1"));
        unknown.Reject(IPAddress.Parse("192.0.2.2"));
        _clock.Advance(TimeSpan.FromSeconds(2));

        unknown.Reject(IPAddress.Parse("192.0.2.3"));

        unknown.Count.Should().Be(1);
    }
}
