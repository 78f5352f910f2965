using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TenantGateway;

/// <summary>
/// Finds the tenant of a key. The first bytes of a hash say where to look, and whole hashes are compared in constant time: how long it takes says nothing about
/// a stored hash but those bytes, and a hash says nothing about a key.
/// </summary>
internal sealed class KeyRing
{
    private readonly Dictionary<ulong, List<(byte[] Hash, Tenant Tenant)>> _byPlace = [];

    /// <returns>Whether the hash is new.</returns>
    public bool Add(byte[] hash, Tenant tenant)
    {
        var place = PlaceOf(hash);
        if (!_byPlace.TryGetValue(place, out var known))
            _byPlace[place] = known = [];
        if (known.Exists(other => other.Hash.AsSpan().SequenceEqual(hash)))
            return false;

        known.Add((hash, tenant));
        return true;
    }

    public Tenant? Find(string key)
    {
        if (!ApiKey.IsWellFormed(key))
            return null;

        Span<byte> hash = stackalloc byte[ApiKey.HashLength];
        ApiKey.Hash(key, hash);
        Tenant? found = null;
        foreach (var (known, tenant) in _byPlace.GetValueOrDefault(PlaceOf(hash), []))
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                found = tenant;
        }

        return found;
    }

    private static ulong PlaceOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);
}
