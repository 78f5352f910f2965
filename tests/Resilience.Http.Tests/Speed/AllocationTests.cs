using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    // One state machine, the request's headers, and what the upstream in memory answers with; a little more in a debug build.
    private const int StandardSet = 500;

    [Fact]
    public void The_standard_set_costs_one_state_machine()
        => MeasuredChain.BytesPerCall(HttpMethod.Get).Should().BeLessThanOrEqualTo(StandardSet);

    [Fact]
    public void A_token_bucket_with_a_free_permit_costs_nothing_more()
        => MeasuredChain.BytesPerCall(HttpMethod.Get, client => client.AddTotalTimeout().AddRetry().AddCircuitBreaker().AddTokenBucket(Ample).AddAttemptTimeout())
            .Should().Be(MeasuredChain.BytesPerCall(HttpMethod.Get));

    [Fact]
    public void A_permit_costs_nothing()
    {
        var bucket = new TokenBucket(PartitionKey.WholeClient, new(new(new() { PermitsPerSecond = 1_000_000, Burst = 1_000_000 }), TimeProvider.System));
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            bucket.TryTake(TimeProvider.System.GetTimestamp());

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void A_key_costs_its_text_and_its_header()
    {
        var without = MeasuredChain.BytesPerCall(HttpMethod.Post);

        var with = MeasuredChain.BytesPerCall(HttpMethod.Post, client => client.AddIdempotencyKey().AddStandardPolicies());

        (with - without).Should().Be(184);
    }

    private static void Ample(TokenBucketOptions options) => (options.PermitsPerSecond, options.Burst) = (1_000_000, 1_000_000);
}
