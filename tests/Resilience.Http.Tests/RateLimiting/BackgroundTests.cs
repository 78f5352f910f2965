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
    public async Task Retries_from_a_budget_of_its_own()
    {
        using var stub = new ScriptedUpstream(503);
        using var host = new TestHost(client => client.AddRetry(retry => retry.Budget = new() { Capacity = 2 }), primary: stub, clock: _clock);

        await SendInBackgroundAsync(host);
        var before = stub.Attempts.Count;
        using var response = await host.Client.GetAsync("/", Cancelled);

        (before, stub.Attempts.Count - before).Should().Be((3, 3));
    }

    private static async Task SendInBackgroundAsync(TestHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/background");
        request.SetBackground();
        using var response = await host.Client.SendAsync(request, Cancelled);
    }
}
