using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A pause is a remote switch: options and people decide how long it may last.</summary>
public sealed class AuthorityPausesTests
{
    private const string Authority = "https://shop.example:443";

    private static readonly Uri Address = new("https://shop.example/");

    private readonly VirtualClock _clock = new();
    private readonly AuthorityPauses _pauses;
    private TimeSpan _longest = TimeSpan.FromHours(1);

    public AuthorityPausesTests() => _pauses = new(_clock, () => _longest);

    private TimeSpan Left => _pauses.LeftFor(Address, _clock.GetTimestamp());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Is_as_long_as_the_options_say_now(bool isShared)
    {
        if (isShared)
            Hear(3600);
        else
            _pauses.Add(Authority, wasCalled: true, TimeSpan.FromHours(1), _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromSeconds(2));
        var before = Left;

        _longest = TimeSpan.FromSeconds(3);

        (before, Left).Should().Be((TimeSpan.FromSeconds(3598), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Does_not_begin_anew_with_each_answer_of_the_store()
    {
        _longest = TimeSpan.FromSeconds(3);
        for (var left = 3600; left > 3590; left--)
        {
            Hear(left);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        (Left, _pauses.AreOver).Should().Be((TimeSpan.Zero, true));
    }

    [Fact]
    public void Begins_anew_where_the_server_asks_for_another()
    {
        _longest = TimeSpan.FromSeconds(3);
        Hear(5);
        _clock.Advance(TimeSpan.FromSeconds(4));

        Hear(3600);

        Left.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Is_ended_by_hand_in_all_instances()
    {
        var store = new InMemoryQuotaStore(_clock);
        await using var one = new Instance(_clock, store, quota => quota.MaxQueueTime = TimeSpan.Zero);
        await using var two = new Instance(_clock, store, quota => quota.MaxQueueTime = TimeSpan.Zero);
        await one.GetAsync();
        await store.PauseAsync(QuotaKey.Of("shop", one.Info.Quotas.Single().Partition), Authority, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await AskAsync(one);
        await AskAsync(two);
        var before = (PausesOf(one), PausesOf(two));

        await one.Info.EndQuotaPauseAsync(one.Info.Quotas.Single().Partition, Authority);
        var after = PausesOf(one);
        await AskAsync(two);

        before.Should().Be((1, 1));
        (after, PausesOf(two)).Should().Be((0, 0));

        async Task AskAsync(Instance instance)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Record.ExceptionAsync(() => instance.GetAsync());
            await Record.ExceptionAsync(() => instance.GetAsync());
        }

        static int PausesOf(Instance instance) => instance.Info.Quotas.Single().Pauses.Count;
    }

    private void Hear(int seconds) => _pauses.Replace([new(Authority, TimeSpan.FromSeconds(seconds))], _clock.GetTimestamp());
}
