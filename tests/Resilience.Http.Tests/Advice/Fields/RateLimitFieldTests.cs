namespace Resilience.Http.Tests;

public sealed class RateLimitFieldTests
{
    [Theory]
    [InlineData("\"default\";r=50;t=30", "default", 50, 30)]
    [InlineData("\"default\";r=50;t=30, \"daily\";r=0;t=3600", "daily", 0, 3600)]
    [InlineData("\"default\";r=999;pk=:dHJpYWwxMjEzMjM=:", "default", 999, null)]
    [InlineData("\"a\"; r=5;t=3", "a", 5, 3)]
    [InlineData("\"a\";r=007", "a", 7, null)]
    [InlineData("\"a\";r=5;r=6", "a", 6, null)]
    [InlineData("\"a\";r=1;acme-x=\"y\"", "a", 1, null)]
    [InlineData("default;r=50;t=30", "default", 50, 30)]
    [InlineData("\"a\";a=99;w=60;c=1", "a", 99, 60)]
    [InlineData("\"a\";r=1;pk=:cHsdsRa894==:", "a", 1, null)]
    [InlineData("\"tenant-app-quota\";r=17842;t=2107", "tenant-app-quota", 17842, 2107)]
    [InlineData("limit=100, remaining=50, reset=5", null, 50, 5)]
    [InlineData("\"b\", \"a\";r=3;t=5", "a", 3, 5)]
    [InlineData("\"a\";r=10;t=10, \"b\";r=10;t=100", "b", 10, 100)]
    public void Gives_the_tightest_quota(string field, string? name, long remaining, int? seconds)
    {
        var advice = Answers.Read($"RateLimit: {field}")!;

        (advice.Quota, advice.Remaining).Should().Be((name, remaining));
        advice.Reset.Should().Be(seconds is { } known ? TimeSpan.FromSeconds(known) : null);
    }

    [Fact]
    public void Saturates() => Answers.Read("RateLimit: \"a\";r=0;t=999999999999999")!.Delay.Should().Be(TimeSpan.MaxValue);

    [Fact]
    public void Joins_lines() => Answers.Read("RateLimit: \"a\";r=1|RateLimit: \"b\";r=0;t=3")!.Quota.Should().Be("b");

    [Theory]
    [InlineData("")]
    [InlineData("\"a\";r=5 ;t=3")]
    [InlineData("\"a\";r=5,")]
    [InlineData("\"a\";r=5;")]
    [InlineData("\"a\";R=5")]
    [InlineData("'a';r=1")]
    [InlineData("\"é\";r=1")]
    [InlineData("\"a\";r=9999999999999999")]
    [InlineData("\"a\";r=1;pk=:QX Bw:")]
    [InlineData("\"b\";r=1, \"a\";R=5")]
    public void Is_ignored_as_a_whole_if_malformed(string field) => Answers.Read($"RateLimit: {field}").Should().BeNull();

    [Theory]
    [InlineData("\"a\";t=5")]
    [InlineData("\"a\";r=-1")]
    [InlineData("\"a\";r=\"5\"")]
    [InlineData("\"a\";r=1.5")]
    [InlineData("\"a\";r")]
    [InlineData("\"a\";r=1;t=-3")]
    [InlineData("\"a\";r=1;pk=\"x\"")]
    [InlineData("5;r=0")]
    [InlineData("quota;t=1")]
    public void Ignores_an_item_that_makes_no_sense(string item)
        => Answers.Read($"RateLimit: {item}, \"other\";r=9")!.Quota.Should().Be("other");

    [Theory]
    [InlineData("remaining=50, reset=5")]
    [InlineData("limit=100, remaining=50")]
    [InlineData("limit=-1, remaining=-1, reset=0")]
    public void Ignores_a_dictionary_without_limit_or_reset(string field) => Answers.Read($"RateLimit: {field}").Should().BeNull();

    [Theory]
    [InlineData("\"burst\";q=100;w=60,\"daily\";q=1000;w=86400", "burst=100 daily=1000")]
    [InlineData("\"peruser\";q=65535;qu=\"content-bytes\";w=10;pk=:sdfjLJUOUH==:", "peruser=65535")]
    [InlineData("100;w=60", "=100")]
    [InlineData("10;w=1, 50;w=60", "=10 =50")]
    [InlineData("10;w=1, 10;w=60", "")]
    [InlineData("\"a\";w=60", "")]
    [InlineData("\"a\";q=5;w=0", "")]
    [InlineData("\"a\";q=5;w=0, \"b\";q=6", "b=6")]
    [InlineData("\"a\";q=5,", "")]
    public void Has_policies(string field, string expected)
        => string.Join(' ', RateLimitPolicyField.Parse(field).Select(policy => $"{policy.Name}={policy.Size}")).Should().Be(expected);

    [Fact]
    public void Takes_the_limit_from_the_policy_of_the_same_name()
        => Answers.Read("RateLimit-Policy: \"a\";q=5, \"b\";q=10;w=60|RateLimit: \"b\";r=1;t=2")!.Limit.Should().Be(10);

    [Fact]
    public void Is_known_by_its_beta_name_too()
        => Answers.Read("Beta-RateLimit: \"quota\";r=17842;t=2107|Beta-RateLimit-Policy: \"quota\";q=100100;w=3600")
            .Should().Be(new ServerAdvice { Quota = "quota", Limit = 100100, Remaining = 17842, Reset = TimeSpan.FromSeconds(2107) });
}
