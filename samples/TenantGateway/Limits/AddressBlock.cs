using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace TenantGateway;

/// <summary>What one caller without a key can be told by: an IPv4 address, or the /64 of an IPv6 address, of which anyone has 2^64.</summary>
internal readonly record struct AddressBlock(AddressFamily Family, ulong Network)
{
    public static AddressBlock Of(IPAddress? address)
    {
        if (address is null)
            return default;

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out var length);
        return new(plain.AddressFamily, length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
