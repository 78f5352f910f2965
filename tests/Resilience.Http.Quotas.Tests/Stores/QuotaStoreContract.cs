namespace Resilience.Http.Quotas.Tests;

/// <summary>What every store has to do. The names of buckets are new in each test, so that tests of one server do not meet.</summary>
public abstract class QuotaStoreContract
{
    protected const double OncePerHour = 1 / 3600.0;

    protected abstract IQuotaStore Store { get; }

    /// <summary>What the names of all buckets of this test begin with.</summary>
    protected string Run { get; } = $"test/{Guid.NewGuid():N}";

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grants_what_there_is_and_no_more()
    {
        var limit = Limit(OncePerHour, 10);

        var (first, second, third) = (await LeaseAsync(7, limit), await LeaseAsync(7, limit), await LeaseAsync(1, limit));

        new[] { first, second, third }.Select(grant => grant.Granted).Should().Equal(7, 3, 0);
        first.Wait.Should().Be(TimeSpan.Zero);
        third.Wait.Should().BeCloseTo(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Says_how_many_permits_are_left_by_the_tightest_limit()
    {
        QuotaLimit wide = new(Run, "hour", OncePerHour, 10), tight = new($"{Run}/all", "minute", OncePerHour, 4);

        var left = new[] { await LeaseAsync(3, wide), await LeaseAsync(1, wide, tight), await LeaseAsync(9, tight), await LeaseAsync(1, tight), await LeaseAsync(1) };

        left.Select(grant => grant.Left).Should().Equal(7, 3, 0, 0, null);
    }

    [Fact]
    public async Task Regains_permits_at_the_rate()
    {
        var limit = Limit(100, 10);
        await LeaseAsync(10, limit);

        await PassAsync(TimeSpan.FromMilliseconds(60));

        (await LeaseAsync(10, limit)).Granted.Should().BeInRange(5, 10);
    }

    [Fact]
    public async Task A_bucket_never_holds_more_than_its_burst()
    {
        var limit = Limit(1000, 5);
        await LeaseAsync(5, limit);
        await PassAsync(TimeSpan.FromMilliseconds(30));
        await Store.GiveAsync([limit], 50, Cancelled);

        (await LeaseAsync(20, Limit(OncePerHour, 5))).Granted.Should().Be(5);
    }

    [Fact]
    public async Task Takes_back_what_is_returned_with_a_request_or_without_one()
    {
        var limit = Limit(OncePerHour, 10);
        await LeaseAsync(10, limit);

        await Store.GiveAsync([limit], 2, Cancelled);
        var granted = (await LeaseAsync(9, limit, returned: 3)).Granted;

        granted.Should().Be(5);
    }

    [Fact]
    public async Task A_debt_is_paid_by_later_callers()
    {
        var limit = Limit(OncePerHour, 10);
        await LeaseAsync(4, limit);

        await Store.GiveAsync([limit], -8, Cancelled);
        var inDebt = await LeaseAsync(1, limit);
        await Store.GiveAsync([limit], 5, Cancelled);

        inDebt.Granted.Should().Be(0);
        inDebt.Wait.Should().BeCloseTo(TimeSpan.FromHours(3), TimeSpan.FromMinutes(1));
        (await LeaseAsync(10, limit)).Granted.Should().Be(3);
    }

    [Fact]
    public async Task A_debt_has_a_bound_whatever_a_server_says_that_requests_have_cost()
    {
        var limit = Limit(OncePerHour, 10);

        for (var answers = 0; answers < 5; answers++)
            await Store.GiveAsync([limit], -int.MaxValue, Cancelled);
        var grant = await LeaseAsync(1, limit);

        grant.Granted.Should().Be(0);
        grant.Wait.Should().BeGreaterThan(TimeSpan.FromDays(365)).And.BeLessThan(TimeSpan.FromDays(365 * 100));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Limits_are_taken_together_and_the_tightest_decides(bool areOfOneKey)
    {
        QuotaLimit wide = new(Run, "hour", OncePerHour, 10), tight = new(areOfOneKey ? Run : $"{Run}/all", "minute", OncePerHour, 4);

        var granted = (await LeaseAsync(6, wide, tight)).Granted;
        var none = (await LeaseAsync(1, wide, tight)).Granted;

        (granted, none).Should().Be((4, 0));
        (await LeaseAsync(10, wide)).Granted.Should().Be(6);
    }

    [Theory]
    [InlineData(10, 100, 50)]
    [InlineData(1, 100, 50)]
    [InlineData(1, 5, 2)]
    public async Task A_changed_limit_keeps_the_part_that_is_left(double factor, int burst, int left)
    {
        await LeaseAsync(5, Limit(OncePerHour, 10));

        var granted = (await LeaseAsync(1000, Limit(OncePerHour * factor, burst))).Granted;

        granted.Should().Be(left);
    }

    [Fact]
    public async Task Names_of_any_kind_are_buckets_of_their_own()
    {
        string[] partitions = ["a", "a}", "{a", "{a}", "a'b", "a:b", "ä", "a ", "A", "a\0", new('a', 5000), "", "\ud800", "\ud801"];

        foreach (var partition in partitions)
        {
            QuotaLimit limit = new(QuotaKey.Of(Run, partition), "", OncePerHour, 2);
            (await LeaseAsync(2, limit)).Granted.Should().Be(2, "nobody has used {0}", partition);
        }
    }

    [Theory]
    [InlineData(":")]
    [InlineData("")]
    public async Task No_name_of_a_partition_is_the_limit_of_another(string separator)
    {
        QuotaLimit hour = new(QuotaKey.Of(Run, "a"), "hour", OncePerHour, 2), other = new(QuotaKey.Of(Run, $"a{separator}hour"), "", OncePerHour, 2);

        await LeaseAsync(2, hour);

        (await LeaseAsync(2, other)).Granted.Should().Be(2);
    }

    [Fact]
    public async Task A_pause_is_known_to_all_who_ask_with_the_key()
    {
        await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.FromSeconds(30), Cancelled);
        await Store.PauseAsync(Run, "https://b.example:443", TimeSpan.FromSeconds(60), Cancelled);

        var pauses = (await LeaseAsync(1, Limit(1, 1))).Pauses.OrderBy(pause => pause.Authority).ToArray();
        var others = await Store.LeaseAsync(new("test", $"{Run}/other", [Limit(1, 1)], 1), Cancelled);

        pauses.Select(pause => pause.Authority).Should().Equal("https://a.example:443", "https://b.example:443");
        pauses[0].Left.Should().BeCloseTo(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5));
        others.Pauses.Should().BeEmpty();
    }

    [Fact]
    public async Task Remembers_a_hundred_pauses_of_a_key_and_makes_room_when_they_are_over()
    {
        for (var i = 0; i < 150; i++)
            await Store.PauseAsync(Run, $"https://{i}.example:443", i < 90 ? TimeSpan.FromMilliseconds(40) : TimeSpan.FromHours(1), Cancelled);
        await PassAsync(TimeSpan.FromMilliseconds(50));
        await Store.PauseAsync(Run, "https://later.example:443", TimeSpan.FromHours(1), Cancelled);

        var pauses = (await LeaseAsync(1, Limit(1, 1))).Pauses.Select(pause => pause.Authority).ToArray();

        pauses.Should().Contain("https://later.example:443").And.HaveCountLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task A_longer_pause_stays_and_one_of_zero_ends_it()
    {
        await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.FromSeconds(30), Cancelled);
        await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.FromSeconds(3), Cancelled);
        var longer = (await LeaseAsync(1, Limit(1, 1))).Pauses;

        await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.Zero, Cancelled);

        longer.Single().Left.Should().BeGreaterThan(TimeSpan.FromSeconds(20));
        (await LeaseAsync(1, Limit(1, 1))).Pauses.Should().BeEmpty();
    }

    [Fact]
    public async Task A_pause_ends_by_itself()
    {
        await Store.PauseAsync(Run, "https://a.example:443", TimeSpan.FromMilliseconds(40), Cancelled);

        await PassAsync(TimeSpan.FromMilliseconds(50));

        (await LeaseAsync(1, Limit(1, 1))).Pauses.Should().BeEmpty();
    }

    [Fact]
    public async Task Counts_the_instances_of_a_quota()
    {
        List<int?> counted = [];
        foreach (var instance in new[] { "a", "b", "a", null, "c" })
            counted.Add((await Store.LeaseAsync(new(Run, Run, [Limit(1, 1)], 1) { Instance = instance }, Cancelled)).Instances);

        counted.Should().Equal(1, 2, 2, null, 3);
    }

    [Fact]
    public async Task Many_at_once_get_exactly_what_there_is()
    {
        var limit = Limit(OncePerHour, 500);

        var granted = await AtOnceAsync(64, async () =>
        {
            var sum = 0L;
            for (var i = 0; i < 16; i++)
                sum += (await LeaseAsync(1, limit)).Granted;
            return sum;
        });

        granted.Sum().Should().Be(500);
    }

    [Fact]
    public async Task A_new_bucket_is_not_over_granted_by_those_who_ask_first()
    {
        for (var birth = 0; birth < 20; birth++)
        {
            QuotaLimit limit = new($"{Run}/{birth}", "", OncePerHour, 10);
            var granted = await AtOnceAsync(8, async () => (await LeaseAsync(5, limit)).Granted);
            granted.Sum().Should().Be(10);
        }
    }

    [Fact]
    public async Task Two_limits_in_opposite_order_are_never_half_taken()
    {
        QuotaLimit one = new(Run, "one", OncePerHour, 300), two = new(Run, "two", OncePerHour, 200);

        var granted = await AtOnceAsync(32, async () =>
        {
            var sum = 0L;
            for (var i = 0; i < 10; i++)
                sum += (await (i % 2 == 0 ? LeaseAsync(1, one, two) : LeaseAsync(1, two, one))).Granted;
            return sum;
        });

        granted.Sum().Should().Be(200);
        (await LeaseAsync(300, one)).Granted.Should().Be(100);
    }

    protected QuotaLimit Limit(double permitsPerSecond, long burst) => new(Run, "", permitsPerSecond, burst);

    protected ValueTask<QuotaGrant> LeaseAsync(long wanted, params QuotaLimit[] limits) => Store.LeaseAsync(new("test", Run, limits, wanted), Cancelled);

    protected ValueTask<QuotaGrant> LeaseAsync(long wanted, QuotaLimit limit, long returned)
        => Store.LeaseAsync(new("test", Run, [limit], wanted) { Returned = returned }, Cancelled);

    /// <summary>Lets time pass on the clock of the store.</summary>
    protected virtual Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, Cancelled);

    private static Task<long[]> AtOnceAsync(int callers, Func<Task<long>> call)
        => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(call)));
}
