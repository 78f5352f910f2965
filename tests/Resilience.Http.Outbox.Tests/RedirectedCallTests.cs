using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A call of which a redirect has made another request.</summary>
public sealed class RedirectedCallTests
{
    [Fact]
    public async Task May_have_been_processed_though_the_target_was_never_reached()
    {
        using var server = new PayServer((number, request, _) =>
        {
            if (number > 0)
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Conflict));
            (request.Method, request.RequestUri) = (HttpMethod.Get, new("https://receipts.test/1"));
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        });
        await using var host = new PayHost(server, profile: IdempotencyProfile.Mangopay);

        var receipt = await host.KeepAsync(PayHost.Charge("charge0000000001"));
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Is_not_declined_by_a_response_that_does_not_say_of_which_request_it_is()
    {
        using var server = new PayServer((_, request, _) =>
        {
            request.Method = HttpMethod.Get;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        });
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Anonymous()));

        (await host.Client.SendAsync(PayHost.Charge("one"), TestContext.Current.CancellationToken)).Dispose();
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("two"), cancellationToken: TestContext.Current.CancellationToken);
        await host.DrainAsync();

        (await host.AllAsync()).Select(entry => entry.State).Should().Equal(OutboxState.Dead, OutboxState.Dead);
    }

    private sealed class Anonymous : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            response.RequestMessage = null;
            return response;
        }
    }
}
