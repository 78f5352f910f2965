using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class TokenBucketOptionsTests
{
    private readonly TokenBucketOptionsValidator _validator = new();

    [Fact]
    public void Asks_for_nothing_but_a_rate()
    {
        _validator.Validate(null, new() { PermitsPerSecond = 10 }).Succeeded.Should().BeTrue();
        _validator.Validate(null, new()).FailureMessage.Should().Contain("PermitsPerSecond: must be set, as it has no default, to a value from 0.000001 to 1000000, but is 0.");
    }

    [Theory]
    [InlineData(double.NaN, 1, 0, 10)]
    [InlineData(double.PositiveInfinity, 1, 0, 10)]
    [InlineData(-1, 1, 0, 10)]
    [InlineData(10, 0, 0, 10)]
    [InlineData(10, 1, -1, 10)]
    [InlineData(10, 1, 0, -1)]
    [InlineData(10, 1, 0, 86_401)]
    public void Refuses_what_makes_no_sense(double rate, int burst, int queueLimit, int maxQueueSeconds)
    {
        var options = new TokenBucketOptions
        {
            PermitsPerSecond = rate,
            Burst = burst,
            QueueLimit = queueLimit,
            MaxQueueTime = TimeSpan.FromSeconds(maxQueueSeconds),
        };

        var create = () => new FifoTokenBucketLimiter(options);

        create.Should().Throw<OptionsValidationException>();
    }
}
