namespace Resilience.Http.Quotas.Tests;

/// <summary>What a store of many processes has to do when its clock is set, or another server with another clock takes over.</summary>
public abstract class WallClockContract : QuotaStoreContract
{
    private static readonly TimeSpan Hours = TimeSpan.FromHours(11);

    [Fact]
    public async Task A_clock_that_is_set_back_locks_nobody_out()
    {
        var limit = Limit(100, 10);
        await LeaseAsync(10, limit);
        await SetBackAsync(Hours);
        await LeaseAsync(10, limit);

        await PassAsync(TimeSpan.FromMilliseconds(60));

        (await LeaseAsync(10, limit)).Granted.Should().BeInRange(5, 10);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_and_back_grants_one_burst_more_and_not_two()
    {
        var limit = Limit(OncePerHour, 10);
        await LeaseAsync(10, limit);

        await SetBackAsync(-Hours);
        var forward = await LeaseAsync(20, limit);
        await SetBackAsync(Hours);
        var back = await LeaseAsync(20, limit);

        (forward.Granted, back.Granted).Should().Be((10, 0));
        back.Wait.Should().BeCloseTo(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clock_that_is_set_back_makes_no_pause_longer(bool isAskedForAgain)
    {
        await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.FromSeconds(30), Cancelled);

        await SetBackAsync(Hours);
        if (isAskedForAgain)
            await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.FromSeconds(3), Cancelled);

        (await LeaseAsync(1, Limit(1, 1))).Pauses.Where(pause => pause.Left > TimeSpan.FromSeconds(3)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_clock_that_is_set_back_leaves_no_instance_that_is_gone()
    {
        await LeaseAsync("gone");

        await SetBackAsync(Hours);

        (await LeaseAsync("here")).Instances.Should().Be(1);
    }

    /// <summary>Has the store find what it has written as if its clock had been set back since.</summary>
    protected abstract Task SetBackAsync(TimeSpan time);

    private ValueTask<QuotaGrant> LeaseAsync(string instance) => Store.LeaseAsync(new(Run, Run, [Limit(1, 1)], 1) { Instance = instance }, Cancelled);
}
