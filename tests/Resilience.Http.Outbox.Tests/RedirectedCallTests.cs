using System.Net;

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
}
