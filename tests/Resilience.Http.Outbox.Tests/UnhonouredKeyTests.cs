using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A key on a method on which the provider does not look at it: what may have arrived is not sent again.</summary>
public sealed class UnhonouredKeyTests
{
    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Is_no_reason_to_send_once_more_what_may_have_arrived(OutboxMode mode)
    {
        using var server = new PayServer(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        await using var host = new PayHost(server, outbox => (outbox.Mode, outbox.Retention) = (mode, TimeSpan.FromDays(7)), IdempotencyProfile.Adyen);

        var receipt = await host.KeepAsync(Patch());
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    [Fact]
    public async Task Leaves_it_to_the_reconciler()
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new());
        await using var host = new PayHost(server, profile: IdempotencyProfile.Adyen, services: services => services.AddSingleton<IOutboxReconciler>(new FindsNothing()));

        var receipt = await host.KeepAsync(Patch());
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 2);

        server.Requests.Should().HaveCount(2);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Theory]
    [InlineData("PATCH", HttpRequestError.ConnectionError)]
    [InlineData("PUT", HttpRequestError.ResponseEnded)]
    public async Task Is_sent_where_it_never_arrived_or_twice_is_as_once(string method, HttpRequestError failure)
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(failure) : new());
        await using var host = new PayHost(server, profile: IdempotencyProfile.Adyen);
        var request = PayHost.Charge();
        request.Method = new(method);

        var receipt = await host.KeepAsync(request);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    private static HttpRequestMessage Patch()
    {
        var request = PayHost.Charge();
        request.Method = HttpMethod.Patch;
        return request;
    }

    private sealed class FindsNothing : IOutboxReconciler
    {
        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken) => Task.FromResult(OutboxFinding.Absent);
    }
}
