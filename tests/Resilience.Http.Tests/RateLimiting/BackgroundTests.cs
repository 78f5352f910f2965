using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class BackgroundTests
{
    private readonly VirtualClock _clock = new() { LongestJump = TimeSpan.FromSeconds(4) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gets_half_of_the_rate_however_full_the_bucket_is()
    {
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (10, 100)), primary: stub, clock: _clock);
        var started = _clock.GetTimestamp();

        for (var i = 0; i < 11; i++)
            await SendInBackgroundAsync(host);

        _clock.GetElapsedTime(started).Should().BeCloseTo(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Gives_way_to_those_who_wait()
    {
        var (order, clock) = (new List<string>(), new VirtualClock());
        using var stub = new ScriptedUpstream((request, _) =>
        {
            order.Add(request.RequestUri!.AbsolutePath);
            return new HttpResponseMessage();
        });
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.BackgroundShare) = (1, 1, 1)), primary: stub, clock: clock);

        await host.Client.GetAsync("/first", Cancelled);
        var behind = SendInBackgroundAsync(host);
        Task[] waiting = [host.Client.GetAsync("/live", Cancelled), host.Client.GetAsync("/live", Cancelled)];
        clock.Advance(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(waiting);
        clock.Advance(TimeSpan.FromSeconds(5));
        await behind;

        order.Should().Equal("/first", "/live", "/live", "/background");
    }

    [Fact]
    public async Task Waits_in_line_and_no_longer_than_the_options_allow()
    {
        var clock = new VirtualClock();
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddTokenBucket(Slow), primary: stub, clock: clock);

        Task[] sent = [.. Enumerable.Range(0, 5).Select(_ => SendInBackgroundAsync(host))];
        var waiting = host.Inside.TokenBuckets.Single().Waiting;
        for (var turn = 0; turn < 3; turn++)
        {
            await sent[turn];
            clock.Advance(TimeSpan.FromSeconds(4));
        }

        var rejections = await Task.WhenAll(sent.Select(send => Record.ExceptionAsync(() => send).AsTask()));

        (waiting, stub.Attempts.Count).Should().Be((2, 3));
        rejections.Select(rejection => (rejection as RateLimitedException)?.Reason).Should().Equal(null, null, null, RateLimitReason.QueueFull, RateLimitReason.QueueFull);
    }

    [Fact]
    public async Task Is_rejected_at_once_if_its_turn_would_come_too_late()
    {
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.MaxQueueTime) = (0.1, TimeSpan.FromSeconds(19))), primary: stub, clock: new());
        await SendInBackgroundAsync(host);

        var rejected = await Record.ExceptionAsync(() => SendInBackgroundAsync(host));

        rejected.Should().BeOfType<RateLimitedException>().Which.Should().Match<RateLimitedException>(e => e.Reason == RateLimitReason.QueueTimeTooLong && e.RetryAfter == TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Is_rejected_when_others_have_been_in_its_way_for_too_long()
    {
        var clock = new VirtualClock();
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.MaxQueueTime) = (1, 1, TimeSpan.FromSeconds(4))), primary: stub, clock: clock);
        await host.GetAsync();

        var behind = SendInBackgroundAsync(host);
        var others = new List<Task>();
        for (var second = 0; second < 5; second++)
        {
            others.Add(host.GetAsync());
            others.Add(host.GetAsync());
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await Record.ExceptionAsync(() => behind)).Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.QueueTimeTooLong);
    }

    [Fact]
    public async Task Has_no_burst_after_others_were_in_its_way()
    {
        var clock = new VirtualClock();
        var bucket = new TokenBucket(PartitionKey.WholeClient, new(new(new() { PermitsPerSecond = 10, Burst = 10, BackgroundShare = 0.1 }), clock));
        bucket.TryTake(clock.GetTimestamp(), 10);
        Task[] others = [.. Enumerable.Range(0, 10).Select(_ => bucket.TakeAsync(clock.GetTimestamp(), new(1), long.MaxValue, Cancelled))];
        Task<Admission>[] behind = [.. Enumerable.Range(0, 4).Select(_ => bucket.TurnInBackgroundAsync(clock.GetTimestamp(), new(1), long.MaxValue, Cancelled))];

        clock.Advance(TimeSpan.FromSeconds(5));
        await Task.WhenAll(others);
        var waits = await Task.WhenAll(behind);

        waits.Select(turn => Math.Round(turn.Wait.TotalSeconds, 1)).Should().Equal(1.1, 2.1, 3.1, 4.1);
    }

    [Fact]
    public async Task Pays_for_what_it_costs()
    {
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.CostOf) = (10, 100, _ => 5)), primary: stub, clock: _clock);
        var started = _clock.GetTimestamp();

        for (var i = 0; i < 3; i++)
            await SendInBackgroundAsync(host);

        _clock.GetElapsedTime(started).Should().BeCloseTo(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Goes_on_when_a_reload_makes_its_turn_come_sooner()
    {
        var (clock, options) = (new VirtualClock(), new Live<TokenBucketOptions>(new() { PermitsPerSecond = 1 }));
        var bucket = new TokenBucket(PartitionKey.WholeClient, new(options, clock));
        await TurnAsync();
        var waiting = TurnAsync();

        options.Replace(new() { PermitsPerSecond = 100 });
        bucket.Adopt(clock.GetTimestamp());
        clock.Advance(TimeSpan.FromSeconds(0.1));

        (await waiting).Wait.Should().BeLessThan(TimeSpan.FromSeconds(0.1));

        Task<Admission> TurnAsync() => bucket.TurnInBackgroundAsync(clock.GetTimestamp(), new(1), long.MaxValue, Cancelled);
    }

    [Fact]
    public async Task Keeps_its_bucket_from_being_forgotten()
    {
        var clock = new VirtualClock();
        var bucket = new TokenBucket(PartitionKey.WholeClient, new(new(new() { PermitsPerSecond = 1 }), clock));
        using var gone = new CancellationTokenSource();
        foreach (var _ in new[] { 1, 2 })
            bucket.TurnInBackgroundAsync(clock.GetTimestamp(), new(1), long.MaxValue, gone.Token).LetGo();

        var whileItWaits = bucket.RetentionAt(clock.GetTimestamp() + TimeSpan.TicksPerDay);
        await gone.CancelAsync();

        (whileItWaits, bucket.RetentionAt(clock.GetTimestamp() + TimeSpan.TicksPerDay)).Should().Be((Retention.Always, Retention.None));
    }

    [Fact]
    public async Task Retries_from_a_budget_of_its_own()
    {
        using var stub = new ScriptedUpstream(503);
        using var host = new TestHost(client => client.AddRetry(retry => retry.Budget = new() { Capacity = 2 }), primary: stub, clock: _clock);

        await SendInBackgroundAsync(host);
        var before = stub.Attempts.Count;
        using var response = await host.Client.GetAsync("/", Cancelled);

        (before, stub.Attempts.Count - before).Should().Be((3, 3));
    }

    private static void Slow(TokenBucketOptions bucket) => (bucket.PermitsPerSecond, bucket.QueueLimit) = (0.5, 2);

    private static async Task SendInBackgroundAsync(TestHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/background");
        request.SetBackground();
        using var response = await host.Client.SendAsync(request, Cancelled);
    }
}
