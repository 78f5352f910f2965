using System.Reflection;

namespace Resilience.Http.Tests;

/// <summary>One attempt serves many: those of one call, and then those of other calls.</summary>
public sealed class AttemptReuseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rejected_attempt_hears_no_more_of_its_time_or_its_caller()
    {
        using var request = new HttpRequestMessage();
        using var caller = new CancellationTokenSource();
        var attempt = Attempts.Begin(new(), request, caller.Token);
        var token = attempt.Limit(TimeSpan.FromHours(1), new Limit(), isTokenFree: true, caller.Token);

        var rejected = attempt.EndRejected(Task.FromException<HttpResponseMessage>(new CircuitOpenException("", "*", CircuitState.Open, null)));
        await caller.CancelAsync();

        rejected.IsFaulted.Should().BeTrue();
        token.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void Tells_for_every_attempt_of_a_call_when_it_ended()
    {
        using var host = new TestHost();
        using var request = new HttpRequestMessage();
        var attempt = Attempts.Begin(host.Inside.Client.Context, request, Cancelled);
        var first = attempt.Ended;

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var same = attempt.Ended;
        attempt.Restart(2, Cancelled);

        same.Should().Be(first);
        attempt.Ended.Should().Be(host.Clock.GetTimestamp()).And.NotBe(first);
    }

    [Fact]
    public void A_used_attempt_takes_nothing_from_one_call_to_the_next()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://upstream.test/") { Content = new ByteArrayContent([1]) };
        using var caller = new CancellationTokenSource();
        var fresh = StateOf(Begin());
        var used = Attempts.Begin(new() { Name = "used" }, request, caller.Token, async: true, new(1, new CallsLimit(), 1), number: 7);
        (used.NotesAdvice, used.IsWaiting) = (true, true);
        used.Snapshot.Take(request, now: 9);
        used.Join(new Observer(), state: null);
        used.Limit(TimeSpan.FromHours(1), new Limit(), isTokenFree: true, caller.Token);
        _ = used.ReadAsync(Task.FromResult(new HttpResponseMessage { Content = new StringContent("left") }), reader: null);
        used.End(Task.FromException<HttpResponseMessage>(new IOException()));
        used.Release();

        var next = Begin();

        next.Should().BeSameAs(used);
        StateOf(next).Should().Equal(fresh);
    }

    private static Attempt Begin() => Attempts.Begin(Standalone, Unsent, CancellationToken.None, async: false);

    private static readonly ClientContext Standalone = new();
    private static readonly HttpRequestMessage Unsent = new();

    // Every field, so that one which is added is not forgotten. Those that tell the time, and what is there to be used again, differ.
    private static IEnumerable<string> StateOf(Attempt attempt)
        => typeof(Attempt).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => !field.Name.Contains("Version", StringComparison.Ordinal) && !field.Name.Contains("ReachedAt", StringComparison.Ordinal) && field.Name is not ("_observers" or "_timer") && !field.Name.Contains("Snapshot", StringComparison.Ordinal))
            .Select(field => $"{field.Name} = {field.GetValue(attempt) ?? "null"}");

    private sealed class Limit : IAttemptLimit
    {
        public Exception TimedOut(TimeSpan timeout, Exception cause) => cause;
    }

    private sealed class CallsLimit() : CallLimit(TimeProvider.System, isEnforcedElsewhere: false, TimeSpan.Zero)
    {
        public override Exception TimedOut(HttpRequestMessage request, Exception cause) => cause;
    }

    private sealed class Observer : IAttemptObserver
    {
        public void OnEnded(in AttemptResult result, object? state, long joinedAt)
        {
        }
    }
}
