using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class OnFailureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(409)]
    [InlineData(408)]
    public async Task Keeps_a_call_that_failed_for_a_reason_that_may_pass(int status)
    {
        using var server = new PayServer(status, 200);
        await using var host = new PayHost(server);

        var receipt = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done && entry.Status == 200);
        server.Keys.Should().Equal("charge-1", "charge-1");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(404)]
    [InlineData(303)]
    public async Task Leaves_final_answers_to_the_caller(int status)
    {
        using var server = new PayServer(status);
        await using var host = new PayHost(server);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        ((int)response.StatusCode).Should().Be(status);
        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Passes_calls_without_a_key_through()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server);

        using var response = await host.Client.GetAsync("/charges", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Sends_the_body_and_its_type_again()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server);
        var request = PayHost.Charge(body: "amount=4711");

        await host.KeepAsync(request);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().HaveCount(2).And.AllSatisfy(sent => (sent.Body, sent.ContentType, sent.Address.AbsolutePath).Should().Be(("amount=4711", "text/plain; charset=utf-8", "/charges")));
    }

    [Fact]
    public async Task Answers_202_with_a_receipt_by_option()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox => outbox.Reply = OutboxReply.Accepted);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be($$"""{"outbox":"{{(await host.AllAsync()).Single().Receipt}}"}""");
    }

    [Theory]
    [InlineData(OutboxReply.Exception)]
    [InlineData(OutboxReply.Accepted)]
    public async Task Gives_the_receipt_after_the_total_timeout_too(OutboxReply reply)
    {
        using var server = new PayServer(async (_, _, cancelled) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        await using var host = new PayHost(
            server, outbox => outbox.Reply = reply, outer: client => client.AddTotalTimeout(TimeSpan.FromMilliseconds(200)).AddProblemDetails(), inner: _ => { });

        var call = host.Client.SendAsync(PayHost.Charge(), Cancelled);
        var failure = await Record.ExceptionAsync(() => call);

        var entry = (await host.AllAsync()).Single();
        if (reply is OutboxReply.Exception)
            failure.Should().BeOfType<OutboxKeptException>().Which.Receipt.Should().Be(entry.Receipt);
        else
            (await call).StatusCode.Should().Be(HttpStatusCode.Accepted);
        entry.FirstSentAt.Should().NotBeNull();
    }

    [Theory]
    [InlineData(503)]
    [InlineData(0)]
    public async Task Passes_problem_details_unchanged(int status)
    {
        using var server = new PayServer(_ => status > 0 ? new((HttpStatusCode)status) : throw new HttpRequestException(HttpRequestError.ConnectionError));
        await using var host = new PayHost(server, outer: client => client.AddProblemDetails());

        var receipt = await host.KeepAsync();

        (await host.FindAsync(receipt)).FirstSentAt.HasValue.Should().Be(status > 0);
    }

    [Fact]
    public async Task Keeps_nothing_of_a_caller_who_gave_up()
    {
        using var giveUp = new CancellationTokenSource();
        using var server = new PayServer(async (_, _, cancelled) =>
        {
            await giveUp.CancelAsync();
            throw new OperationCanceledException(cancelled);
        });
        await using var host = new PayHost(server);

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Serves_callers_that_block()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server);

        var failure = await Task.Run(() => Record.Exception(() => host.Client.Send(PayHost.Charge(), Cancelled)), Cancelled);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        failure.Should().BeOfType<OutboxKeptException>();
        server.Keys.Should().Equal("charge-1", "charge-1");
    }

    [Fact]
    public async Task Hands_out_the_original_failure_if_it_cannot_be_kept()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox => outbox.MaxBodyBytes = 5);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1001).Which.Text.Should().Contain("MaxBodyBytes");
    }
}
