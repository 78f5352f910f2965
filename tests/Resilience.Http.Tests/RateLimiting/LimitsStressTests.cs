using System.Collections.Concurrent;

namespace Resilience.Http.Tests;

public sealed class LimitsStressTests
{
    private const int Burst = 40;

    private readonly TokenBucketOptions _options = new() { PermitsPerSecond = 20_000, Burst = Burst, QueueLimit = 100_000, Limits = { ["tokens"] = new(50_000, TimeSpan.FromSeconds(1), 100) } };

    /// <summary>Two partitions with a limit in common: threads take, wait, leave, pay more and get back.</summary>
    [Fact]
    public async Task Many_threads_take_all_limits_or_none()
    {
        _options.Limits["all"] = new(30_000, TimeSpan.FromSeconds(1), 60) { IsShared = true };
        var pacing = new Pacing(new(_options), TimeProvider.System);
        TokenBucket[] buckets = [new(PartitionKey.Named("a"), pacing), new(PartitionKey.Named("b"), pacing)];
        var started = TimeProvider.System.GetTimestamp();
        var taken = new ConcurrentBag<(int Bucket, int Tokens)>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => WorkAsync(buckets[worker % 2], worker, taken))));

        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        foreach (var bucket in taken.GroupBy(take => take.Bucket))
        {
            bucket.Count().Should().BeLessThanOrEqualTo((int)(Burst + (20_000 * elapsed)));
            bucket.Sum(take => take.Tokens).Should().BeLessThanOrEqualTo((int)(100 + (50_000 * elapsed)));
        }

        taken.Count.Should().BeLessThanOrEqualTo((int)(60 + (30_000 * elapsed)));
        buckets.Sum(bucket => bucket.Waiting).Should().Be(0);
    }

    private static async Task WorkAsync(TokenBucket bucket, int worker, ConcurrentBag<(int Bucket, int Tokens)> taken)
    {
        var (tokens, all) = (bucket.Further!.All[0], bucket.Further.All[1]);
        for (var i = 0; i < 1000; i++)
        {
            using var gone = new CancellationTokenSource();
            var now = TimeProvider.System.GetTimestamp();
            var cost = new PermitCost(1, [new(tokens, i % 5), new(all, 1)]);
            var waiting = bucket.TryTake(now, cost) ? Task.FromResult(default(Admission)) : bucket.TakeAsync(now, cost, long.MaxValue, gone.Token);
            if ((i + worker) % 5 == 0)
                await gone.CancelAsync();
            if (await Task.WhenAny(waiting) is not { IsCompletedSuccessfully: true } granted || !(await granted).IsGranted)
                continue;

            taken.Add((worker % 2, i % 5));
            bucket.Correct(TimeProvider.System.GetTimestamp(), new(0, [new(tokens, i % 3)]));
            bucket.Correct(TimeProvider.System.GetTimestamp(), new(0, [new(tokens, -(i % 3))]));
        }
    }
}
