using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class ConfigurationReloadTests : IDisposable
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("api:Retry:MaxRetries", "5")]).Build();
    private readonly TestHost _host;

    public ConfigurationReloadTests()
    {
        _host = new(client => client.AddResilience(_configuration.GetSection("api")));
        _ = _host.Inside;
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Follows_changes_and_keeps_the_last_good_values_through_a_bad_one()
    {
        var options = _host.Inside.Client.ContextOf(RetryPolicy.Instance).Live;

        Change("Retry:MaxRetries", "-1");
        var afterBad = options.Value.MaxRetries;
        Change("Retry:MaxRetries", "7");

        afterBad.Should().Be(5);
        options.Value.MaxRetries.Should().Be(7);
        _host.Log.Lines.Should().Contain(line => line.StartsWith("Error 2: Client 'test': its changed configuration is rejected") && line.Contains("MaxRetries must be from 0 to 2147483647, but is -1"));
    }

    [Theory]
    [InlineData("AttemptTimeout:Timeout", "00:00:00", "AttemptTimeout.Timeout must be from")]
    [InlineData("Retries:MaxRetries", "6", "'api:Retries' is unknown")]
    [InlineData("TokenBucket:PermitsPerSecond", "6", "a policy that the client does not have")]
    public void Takes_a_change_as_a_whole_or_not_at_all(string key, string value, string fault)
    {
        var before = _host.Inside.ToString();
        _configuration["api:Retry:MaxRetries"] = "7";

        Change(key, value);
        _configuration.Reload();

        _host.Inside.ToString().Should().Be(before);
        _host.Log.Lines.Should().ContainSingle().Which.Should().Contain(fault);
    }

    [Fact]
    public void Applies_what_was_refused_once_the_rest_is_in_order()
    {
        _configuration["api:AttemptTimeout:Timeout"] = "00:00:00";
        Change("Retry:MaxRetries", "7");

        Change("AttemptTimeout:Timeout", "00:00:03");

        _host.Inside.ToString().Should().Contain("7 times").And.Contain("AttemptTimeout (3 s)");
    }

    [Fact]
    public void Tells_of_the_policies_that_changed_and_of_no_others()
    {
        _host.Inside.Policies.Should().HaveCount(4);

        Change("Retry:MaxRetries", "7");
        _configuration.Reload();

        _host.Log.Lines.Should().Equal("Information 1: Client 'test': new options for Retry are in force.");
    }

    [Fact]
    public void Keeps_the_last_good_values_when_code_that_sets_options_fails()
    {
        using var host = new TestHost(client => client.AddResilience(_configuration.GetSection("api")).AddRetry(retry => retry.MaxDelay = retry.MaxRetries == 5 ? retry.MaxDelay : throw new KeyNotFoundException()));
        var options = host.Inside.Client.ContextOf(RetryPolicy.Instance).Live;

        var changing = () => Change("Retry:MaxRetries", "6");

        changing.Should().NotThrow();
        options.Value.MaxRetries.Should().Be(5);
    }

    [Fact]
    public void Keeps_the_state_through_a_reload()
    {
        using var handler = new RetryHandler(_host.Inside.Client.ContextOf(RetryPolicy.Instance));
        var budgets = _host.Inside.Find<RetryOptions, RetryBudgets>(RetryPolicy.Instance)!;
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        var attempt = Attempts.Begin(_host.Inside.Client.Context, request, TestContext.Current.CancellationToken);
        attempt.Snapshot.Take(request, now: 0);
        budgets.Of(attempt).TryTake(OutcomeKind.Unavailable);

        Change("Retry:Budget:Capacity", "60");

        budgets.Of(attempt).Level.Should().Be(49);
    }

    private void Change(string key, string value)
    {
        _configuration[$"api:{key}"] = value;
        _configuration.Reload();
    }
}
