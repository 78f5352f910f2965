using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What is left of a call that has ended, and for how long.</summary>
public sealed class ForgettingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, 6, 1)]
    [InlineData(200, 8, 0)]
    [InlineData(402, 8, 0)]
    [InlineData(410, 29, 1)]
    [InlineData(410, 31, 0)]
    public async Task Forgets_an_end_after_a_week_and_a_dead_letter_after_a_month(int status, int days, int left)
    {
        using var server = new PayServer(status);
        await using var host = new PayHost(server);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();

        await host.DrainAfterAsync(TimeSpan.FromDays(days));

        (await host.AllAsync()).Should().HaveCount(left);
    }

    [Fact]
    public void Remembers_an_end_for_as_long_as_the_server_remembers_its_key()
    {
        KeyLife.Of(new(), IdempotencyProfile.StripeV2).Memory.Should().Be(TimeSpan.FromDays(30));
        KeyLife.Of(new(), IdempotencyProfile.Standard).Memory.Should().Be(TimeSpan.FromDays(7));
    }

    [Theory]
    [InlineData(200, false, true)]
    [InlineData(200, true, true)]
    [InlineData(410, false, false)]
    [InlineData(410, true, false)]
    public async Task Keeps_the_request_of_a_dead_letter_only(int status, bool isObserved, bool isEmpty)
    {
        using var server = new PayServer(status);
        await using var host = new PayHost(server, services: services =>
        {
            if (isObserved)
                services.AddSingleton<IOutboxObserver>(new Listener());
        });
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();

        (await host.Store.FindAsync(receipt.Id, Cancelled))!.Payload.IsEmpty.Should().Be(isEmpty);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(1000, false)]
    public async Task Stores_an_answer_that_is_short_enough(int length, bool isStored)
    {
        using var server = new PayServer(_ => new HttpResponseMessage { Content = new ByteArrayContent(new byte[length]) });
        await using var host = new PayHost(server, outbox => outbox.MaxAnswerBytes = 100);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();

        (await host.Outbox.GetAnswerAsync(receipt, Cancelled))!.Body.Length.Should().Be(isStored ? length : 0);
    }

    private sealed class Listener : IOutboxObserver
    {
        public Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
