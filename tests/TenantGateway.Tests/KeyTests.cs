using System.Security.Cryptography;
using System.Text;

namespace TenantGateway.Tests;

public sealed class KeyTests
{
    private static readonly Tenant Acme = new("acme", "Free", new(100, TimeSpan.FromMinutes(1), 10));
    private static readonly Tenant Bolt = Acme with { Id = "bolt" };

    [Fact]
    public void A_key_has_256_random_bits()
    {
        string[] keys = [.. Enumerable.Range(0, 100).Select(_ => ApiKey.Create())];

        keys.Should().OnlyHaveUniqueItems().And.OnlyContain(key => key.Length == 46 && ApiKey.IsWellFormed(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("123456789012345678901")]
    [InlineData("1234567890123456789012,1234567890123456789012")]
    [InlineData("1234567890123456789012 ")]
    [InlineData("123456789012345678901ä")]
    public void What_is_short_or_has_other_letters_is_no_key_whatever_its_hash(string text)
    {
        var keys = new KeyRing();
        keys.Add(SHA256.HashData(Encoding.UTF8.GetBytes(text)), Acme);

        keys.Find(text).Should().BeNull();
    }

    [Fact]
    public void A_key_of_any_length_is_looked_at_without_harm()
        => new KeyRing().Find(new('a', 100_000)).Should().BeNull();

    [Fact]
    public void Keys_find_their_tenants()
    {
        var (keys, first, second) = (new KeyRing(), ApiKey.Create(), ApiKey.Create());
        keys.Add(Convert.FromHexString(ApiKey.HashOf(first)), Acme);
        keys.Add(Convert.FromHexString(ApiKey.HashOf(second)), Bolt);

        (keys.Find(first), keys.Find(second), keys.Find(ApiKey.Create())).Should().Be((Acme, Bolt, null));
    }

    [Fact]
    public void Hashes_that_begin_alike_are_told_apart()
    {
        var (keys, key) = (new KeyRing(), ApiKey.Create());
        var hash = Convert.FromHexString(ApiKey.HashOf(key));
        byte[] other = [.. hash];
        other[^1] ^= 1;

        keys.Add(other, Acme).Should().BeTrue();
        keys.Find(key).Should().BeNull();
        keys.Add(hash, Bolt).Should().BeTrue();
        keys.Add(hash, Acme).Should().BeFalse();
        keys.Find(key).Should().Be(Bolt);
    }
}
