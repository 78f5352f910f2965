namespace Resilience.Http.Yarp.Tests.Failover;

public sealed class DestinationAddressTests
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    [Theory]
    [InlineData("http://a/x%2Fy?z=%2F", "http://a/", "http://b:81", "http://b:81/x%2Fy?z=%2F")]
    [InlineData("http://a/base/x", "http://a/base", "https://b/other/", "https://b/other/x")]
    [InlineData("http://a?q", "http://a", "http://b", "http://b?q")]
    [InlineData("http://a/../x", "http://a", "http://b", "http://b/../x")]
    public void Keeps_what_follows_the_prefix(string address, string from, string to, string rebased)
        => DestinationAddress.Rebase(new(address, AsItIs), from, to).OriginalString.Should().Be(rebased);

    [Theory]
    [InlineData("http://a:80/x", "http://a:8", false)]
    [InlineData("http://elsewhere/x", "http://a", false)]
    [InlineData("http://a/basement", "http://a/base", false)]
    [InlineData("HTTP://A/base/x", "http://a/base/", true)]
    public void Knows_an_address_that_a_transform_has_set(string address, string prefix, bool isAt)
        => DestinationAddress.IsAt(new(address, AsItIs), prefix).Should().Be(isAt);
}
