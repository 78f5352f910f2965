using Microsoft.Extensions.Logging.Abstractions;

namespace TenantGateway.Tests;

public sealed class TenantConfigurationTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("tenants-").FullName, "tenants.json");
    private readonly VirtualClock _clock = new();
    private readonly string _key;
    private readonly TenantConfiguration _configuration;

    public TenantConfigurationTests()
    {
        _key = new TenantFileEditor(_file).AddKey("acme", "Free");
        _configuration = Configuration(new TenantFile(_file, maxBytes: 4096));
    }

    public void Dispose()
    {
        _configuration.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"plans\": ")]
    [InlineData("{\"plans\":{},\"tenants\":{}}")]
    public async Task A_bad_configuration_keeps_the_last_good_one(string bad)
    {
        await ReadAsync();
        await File.WriteAllTextAsync(_file, bad, Cancelled);

        await ReadAsync();

        _configuration.Current!.FindByKey(_key).Should().NotBeNull();
        _configuration.Complaint.Should().NotBeNull();
    }

    [Fact]
    public async Task A_configuration_that_is_gone_or_too_large_keeps_the_last_good_one()
    {
        await ReadAsync();
        await File.WriteAllTextAsync(_file, new string(' ', 5000), Cancelled);
        await ReadAsync();
        var tooLarge = (_configuration.Current, _configuration.Complaint);
        File.Delete(_file);

        await ReadAsync();

        tooLarge.Current!.FindByKey(_key).Should().NotBeNull();
        tooLarge.Complaint.Should().Contain("4096 bytes");
        _configuration.Current!.FindByKey(_key).Should().NotBeNull();
    }

    [Fact]
    public async Task The_last_good_configuration_has_a_maximum_age_and_a_source_that_answers_keeps_it_young()
    {
        await ReadAsync();
        _clock.Advance(TimeSpan.FromMinutes(9));
        await ReadAsync();
        _clock.Advance(TimeSpan.FromMinutes(9));
        var young = _configuration.Current;
        await File.WriteAllTextAsync(_file, "bad", Cancelled);
        await ReadAsync();

        _clock.Advance(TimeSpan.FromMinutes(2));

        young.Should().NotBeNull();
        _configuration.Current.Should().BeNull();
    }

    [Fact]
    public async Task Is_well_again_with_the_next_good_one()
    {
        await File.WriteAllTextAsync(_file, "bad", Cancelled);
        await ReadAsync();
        var before = _configuration.Current;
        File.Delete(_file);
        var key = new TenantFileEditor(_file).AddKey("bolt", "Pro");

        await ReadAsync();

        before.Should().BeNull();
        (_configuration.Current!.FindByKey(key)!.Id, _configuration.Complaint).Should().Be(("bolt", null));
    }

    [Fact]
    public async Task A_revoked_key_is_out_within_a_second()
    {
        await _configuration.StartAsync(Cancelled);
        await Wait.UntilAsync(() => _clock.Pending.Count == 1);
        new TenantFileEditor(_file).RevokeKeys("acme");
        var before = _configuration.Current!.FindByKey(_key);

        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(1); passed += TimeSpan.FromMilliseconds(250))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            // It waits for the next reading, after this one.
            await Wait.UntilAsync(() => _clock.Pending.Count == 1);
        }

        before.Should().NotBeNull();
        _configuration.Current!.FindByKey(_key).Should().BeNull();
        await _configuration.StopAsync(Cancelled);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task ReadAsync() => _configuration.ReadAsync(Cancelled);

    private TenantConfiguration Configuration(ITenantSource source)
        => new(source, new(), new() { MaxConfigurationAge = TimeSpan.FromMinutes(10) }, _clock, NullLogger<TenantConfiguration>.Instance);
}
