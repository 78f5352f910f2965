namespace Resilience.Http.Sdk.Tests;

/// <summary>What holds beyond that for an SDK that leaves the <c>Authorization</c> to the client.</summary>
public abstract class TokenSdkContract : SdkContract
{
    [Fact]
    public async Task Gets_a_new_access_token_when_the_old_one_has_expired()
    {
        await using var host = Host(script => script.Answer(401).Then(Written), more: SdkHost.AddAccessTokens);

        var failure = await FailureOfAsync(() => WriteAsync(host));

        failure.Should().BeNull();
        host.Upstream.Attempts.Select(attempt => attempt.Header("Authorization")).Should().Equal("Bearer token-1", "Bearer token-2");
        host.Upstream.Attempts.Select(attempt => attempt.Text).Distinct().Should().ContainSingle();
    }
}
