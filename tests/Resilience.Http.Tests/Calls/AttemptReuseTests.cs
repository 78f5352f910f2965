namespace Resilience.Http.Tests;

/// <summary>One attempt serves many: those of one call, and then those of other calls.</summary>
public sealed class AttemptReuseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_attempt_hears_no_more_of_its_time_or_its_caller()
    {
        using var request = new HttpRequestMessage();
        using var caller = new CancellationTokenSource();
        var attempt = Attempt.Begin(ResilientClient.ByHand(), request, async: true, caller.Token);
        var token = attempt.Limit(TimeSpan.FromHours(1), tokenEndsWithTheResponse: true, caller.Token);

        var refused = attempt.EndRefused(Task.FromException<HttpResponseMessage>(new CircuitOpenException("", "*", CircuitState.Open, null)));
        await caller.CancelAsync();

        refused.IsFaulted.Should().BeTrue();
        token.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void Tells_for_every_attempt_of_a_call_when_it_ended()
    {
        using var host = new TestHost();
        using var request = new HttpRequestMessage();
        var attempt = Attempt.Begin(host.Inside, request, async: true, Cancelled);
        var first = attempt.Ended;

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var same = attempt.Ended;
        attempt.Restart(Cancelled);

        same.Should().Be(first);
        attempt.Ended.Should().Be(host.Clock.GetTimestamp()).And.NotBe(first);
    }

    [Fact]
    public void A_used_attempt_takes_nothing_from_one_call_to_the_next()
    {
        using var request = new HttpRequestMessage();
        var used = Attempt.Begin(ResilientClient.ByHand(), request, async: true, Cancelled);
        (used.Deadline, used.NotesAdvice, used.BodyReader) = (1, true, new(ResilientClient.ByHand(), new(new())));
        used.Release();

        var next = Attempt.Begin(ResilientClient.ByHand(), request, async: false, Cancelled);

        next.Should().BeSameAs(used);
        (next.Deadline, next.NotesAdvice, next.BodyReader, next.IsAsync, next.IsTimed).Should().Be((null, false, null, false, false));
    }
}
