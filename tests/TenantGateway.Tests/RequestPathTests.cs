namespace TenantGateway.Tests;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/catalog/..\\admin")]
    [InlineData("/catalog/..;a=b/admin")]
    [InlineData("/catalog/a/..%2Fadmin")]
    [InlineData("/catalog/%2e%2E/admin")]
    [InlineData("/catalog/..%5cadmin")]
    [InlineData("/catalog/a\\..")]
    [InlineData("/catalog/.\t./admin")]
    [InlineData("/catalog/..%09/admin")]
    [InlineData("/catalog/%0a../admin")]
    [InlineData("/catalog/..%00")]
    [InlineData("/catalog/..?x")]
    [InlineData("/catalog/..%23x")]
    [InlineData("/catalog/..%20/admin")]
    public void Some_lead_out_of_their_route(string path) => RequestPath.LeadsOut(path).Should().BeTrue();

    [Theory]
    [InlineData("/catalog/a..b/..c/...")]
    [InlineData("/catalog/a%2Fb")]
    [InlineData("/catalog/100%")]
    [InlineData("/catalog/.well-known;a/b")]
    [InlineData("")]
    public void Others_do_not(string path) => RequestPath.LeadsOut(path).Should().BeFalse();
}
