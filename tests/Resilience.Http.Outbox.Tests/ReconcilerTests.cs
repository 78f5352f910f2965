using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What is done where a key no longer tells.</summary>
public sealed class ReconcilerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OutboxFinding.Exists, OutboxState.Done, 1)]
    [InlineData(OutboxFinding.Absent, OutboxState.Done, 2)]
    [InlineData(OutboxFinding.Unknown, OutboxState.Waiting, 1)]
    public async Task Asks_the_reconciler_when_a_key_is_too_old(OutboxFinding finding, OutboxState state, int requests)
    {
        using var server = new PayServer(503, 200);
        var reconciler = new Reconciler(finding);
        await using var host = new PayHost(server, outbox => outbox.MaxDelay = TimeSpan.FromHours(1), services: services => services.AddSingleton<IOutboxReconciler>(reconciler));
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromHours(24), rounds: 2);

        (await host.FindAsync(receipt)).State.Should().Be(state);
        server.Keys.Should().Equal(Enumerable.Repeat("charge-1", requests));
        reconciler.Asked.Should().Contain("charge-1");
    }

    [Theory]
    [InlineData("Stripe", "Idempotent-Replayed")]
    [InlineData("Checkout", null)]
    public async Task Asks_where_the_same_key_would_not_help(string profile, string? mark)
    {
        using var server = new PayServer(number =>
        {
            var failure = new HttpResponseMessage(number == 0 ? HttpStatusCode.TooManyRequests : HttpStatusCode.InternalServerError);
            if (mark is not null)
                failure.Headers.Add(mark, "true");
            return failure;
        });
        var reconciler = new Reconciler(OutboxFinding.Exists);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Find(profile)! with { HeaderName = "Idempotency-Key" }, services: services => services.AddSingleton<IOutboxReconciler>(reconciler));
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 2);

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        (server.Requests.Count, reconciler.Asked.Count).Should().Be((2, 1));
    }

    // Stopped in the middle of a try, or without an answer to it: the server may have failed, and not have stored that.
    [Theory]
    [InlineData("Stripe", 2, 0)]
    [InlineData("Checkout", 1, 1)]
    public async Task Asks_where_a_failure_that_nobody_has_heard_of_would_not_be_stored(string profile, int requests, int questions)
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new());
        var reconciler = new Reconciler(OutboxFinding.Exists);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Find(profile)! with { HeaderName = "Idempotency-Key" }, services: services => services.AddSingleton<IOutboxReconciler>(reconciler));
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        (server.Requests.Count, reconciler.Asked.Count).Should().Be((requests, questions));
    }

    [Fact]
    public async Task Sends_a_dead_letter_again_on_a_persons_word()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server);
        var receipt = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromHours(24));

        (await host.Outbox.TryReviveAsync(receipt, cancellationToken: Cancelled)).Should().BeTrue();
        await host.DrainAsync();

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done);
        server.Keys.Should().Equal("charge-1", "charge-1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sends_a_new_key_only_where_the_old_one_is_used_up_and_nothing_was_done(bool asksPerson)
    {
        using var server = new PayServer(number => number < 2
            ? new(HttpStatusCode.InternalServerError) { Headers = { { "Idempotent-Replayed", number == 1 ? "true" : "false" } } }
            : new());
        await using var host = new PayHost(server, services: services =>
        {
            if (!asksPerson)
                services.AddSingleton<IOutboxReconciler>(new Reconciler(OutboxFinding.Absent));
        });
        var receipt = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        if (asksPerson)
            await host.Outbox.TryReviveAsync(receipt, newKey: true, Cancelled);
        await host.DrainAsync();

        server.Keys.Should().HaveCount(3).And.StartWith(["charge-1", "charge-1"]);
        server.Keys.Last().Should().NotBe("charge-1");
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Is_asked_again_if_it_failed()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, services: services => services.AddSingleton<IOutboxReconciler>(new Reconciler(null)));
        var receipt = await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromHours(24), rounds: 2);

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Waiting);
        server.Requests.Should().ContainSingle();
        host.Log.Lines.Should().Contain(line => line.Id == 1006);
    }

    private sealed class Reconciler(OutboxFinding? finding) : IOutboxReconciler
    {
        public List<string> Asked { get; } = [];

        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken)
        {
            Asked.Add(kept.Key);
            return finding is { } found ? Task.FromResult(found) : throw new InvalidOperationException("not now");
        }
    }
}
