using System.Net;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What a caller is told of the server's final answer to a call that was kept first.</summary>
public sealed class FinalAnswerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(402)]
    [InlineData(410)]
    public async Task Is_told_of_a_no_only_once_it_is_noted(int no)
    {
        PayHost host = null!;
        using var server = new PayServer((_, _, _) =>
        {
            ((IDisposable)host.Store).Dispose();
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)no));
        });
        await using var _ = host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead);

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        failure.Should().BeOfType<OutboxKeptException>("whoever finds the entry asks the server again, which may say yes").Which.Message.Should().Contain($"{no}");
    }

    [Fact]
    public async Task Is_told_of_a_yes_whether_it_is_noted_or_not()
    {
        PayHost host = null!;
        using var server = new PayServer((_, _, _) =>
        {
            ((IDisposable)host.Store).Dispose();
            return Task.FromResult(new HttpResponseMessage());
        });
        await using var _ = host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
