using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A no of somebody who does not look at the key, after an attempt that may have been processed.</summary>
public sealed class UnknowingAnswerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(501)]
    public async Task Is_not_the_answer_to_that_attempt(int status)
    {
        using var server = Losing(status, 200);
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)));

        var receipt = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done && entry.Status == 200);
    }

    [Theory]
    [InlineData(402)]
    [InlineData(422)]
    public async Task Is_one_where_providers_give_it_again(int status)
    {
        using var server = Losing(status);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Declined);
    }

    [Fact]
    public async Task Is_final_if_nothing_was_sent_before()
    {
        using var server = new PayServer(404);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Declined);
    }

    private static PayServer Losing(params int[] then) => new((number, _, _) => number == 0
        ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
        : Task.FromResult(new HttpResponseMessage((System.Net.HttpStatusCode)then[Math.Min(number - 1, then.Length - 1)])));
}
