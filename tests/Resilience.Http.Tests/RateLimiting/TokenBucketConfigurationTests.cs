using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class TokenBucketConfigurationTests
{
    [Fact]
    public void Sets_limits_by_name()
    {
        using var json = new MemoryStream("""
            { "TokenBucket": { "PermitsPerSecond": 10, "Limits": { "hour": { "Permits": 1000, "Period": "01:00:00" }, "all": { "Permits": 50, "Burst": 5, "IsShared": true } } } }
            """u8.ToArray());
        using var host = Open(new ConfigurationBuilder().AddJsonStream(json).Build());

        var limits = host.Inside.Client.ContextOf(TokenBucketPolicy.Instance).Options.Limits;

        limits["HOUR"].Should().BeEquivalentTo(new TokenBucketLimit(1000, TimeSpan.FromHours(1)));
        limits["all"].Should().BeEquivalentTo(new TokenBucketLimit(50, TimeSpan.FromSeconds(1), 5) { IsShared = true });
    }

    [Theory]
    [InlineData("Limits:hour:Permits", "0", "Client 'test': TokenBucket.Limits must have Permits and a Period of more than zero, and a Burst of at least 1 that is filled within 10 years, but hour has 0 in 00:00:01. It is configured at 'api:TokenBucket:Limits'.")]
    [InlineData("Limits:hour:Period", "-00:00:01", "*but hour has 1 in -00:00:01.*")]
    [InlineData("Limits:hour:Burst", "0", "*but hour has 1 in 00:00:01 and 0.*")]
    [InlineData("Limits:an hour:Permits", "5", "Client 'test': TokenBucket.Limits must have names of letters, digits, - and _, 50 at most, but one is an hour. It is*")]
    [InlineData("Limits:hour:Permit", "5", "*'api:TokenBucket'*Permit*")]
    [InlineData("Limits:hour:CostOf", "5", "*'api:TokenBucket'*CostOf*")]
    public void Says_what_is_wrong_with_a_limit(string key, string value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("TokenBucket:PermitsPerSecond", "10"), new("TokenBucket:Limits:hour:Permits", "1")]).AddInMemoryCollection([new($"TokenBucket:{key}", value)]).Build();

        var opening = () => Open(configuration).Inside;

        opening.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    private static TestHost Open(IConfiguration configuration)
        => new(client => client.AddResilience(new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Select(pair => KeyValuePair.Create($"api:{pair.Key}", pair.Value))).Build().GetSection("api")).AddTokenBucket());
}
