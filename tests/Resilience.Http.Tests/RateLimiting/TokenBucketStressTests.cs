using System.Collections.Concurrent;

namespace Resilience.Http.Tests;

public sealed class TokenBucketStressTests
{
    private readonly TokenBucketOptions _options = new() { PermitsPerSecond = 20_000, Burst = 50, QueueLimit = 100_000 };

    [Fact]
    public async Task Many_threads_get_no_more_than_the_rate_yields_and_nobody_is_forgotten()
    {
        var bucket = new TokenBucket(default, new(new(_options), TimeProvider.System));
        var grants = new ConcurrentBag<long>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => WorkAsync(bucket, grants, worker))));

        FindExcess([.. grants.Order()]).Should().Be(-1);
        bucket.Waiting.Should().Be(0);
    }

    private static async Task WorkAsync(TokenBucket bucket, ConcurrentBag<long> grants, int worker)
    {
        var time = TimeProvider.System;
        for (var i = 0; i < 1500; i++)
        {
            using var gone = new CancellationTokenSource();
            var now = time.GetTimestamp();
            if (bucket.TryTake(now))
            {
                grants.Add(now);
                continue;
            }

            var waiting = bucket.TakeAsync(now, new(1), long.MaxValue, gone.Token);
            if ((i + worker) % 5 == 0)
                await gone.CancelAsync();
            if (await Task.WhenAny(waiting) is { IsCompletedSuccessfully: true } granted)
                grants.Add(now + (long)((await granted).Wait.TotalSeconds * time.TimestampFrequency));
        }
    }

    // A wait is given in steps of 100 ns and rounded once more on its way back, so a grant may look that much earlier than it was and a little more.
    private int FindExcess(long[] grants)
    {
        var interval = new Pace(_options, TimeProvider.System.TimestampFrequency).Interval;
        var tat = long.MinValue;
        for (var i = 0; i < grants.Length; i++)
        {
            tat = Math.Max(tat, grants[i]) + interval;
            if (tat - grants[i] > (_options.Burst * interval) + 150)
                return i;
        }

        return -1;
    }
}
